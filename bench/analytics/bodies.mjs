const lineOf = ({ recordedAt, deviceGroup, deviceId, devicePlatform, metrics, attributes }) =>
  JSON.stringify({
    recorded_at: new Date(recordedAt).toISOString(),
    device_group: deviceGroup,
    device_id: deviceId,
    device_platform: devicePlatform,
    metrics,
    attributes,
  });

/** Observations as they are sent: `lines`, or the body of one of the `batches`. */
export function bodyOf(form, observations) {
  const lines = observations.map(lineOf);
  return Buffer.from(form === 'lines' ? `${lines.join('\n')}\n` : `{"observations":[${lines.join(',')}]}`);
}
