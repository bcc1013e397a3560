/** Makes a text fit to leave the gateway: without secrets, and short. */
export type Redact = (text: string) => string;

const MAX_CHARACTERS = 500;
/** Shorter ones are placeholders; replacing them would only garble what servers say. */
const MIN_SECRET_CHARACTERS = 4;

/** A `Redact` for an endpoint: its key, and what its address holds before an `@`, never come out of it. */
export function createRedact(apiKey: string | undefined, baseUrl: string): Redact {
  const secrets = [apiKey ?? "", ...credentials(baseUrl)]
    .filter((secret) => secret.length >= MIN_SECRET_CHARACTERS)
    .sort((a, b) => b.length - a.length);
  return (text) => {
    const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
    return clean.length > MAX_CHARACTERS ? `${clean.slice(0, MAX_CHARACTERS - 1)}…` : clean;
  };
}

/** User name and password in a URL, as they are written and as they are meant. */
function credentials(baseUrl: string): readonly string[] {
  const written = /^[^/]*\/\/([^/]*)@/.exec(baseUrl)?.[1];
  const url = URL.parse(baseUrl);
  if (written === undefined || url === null) return [];
  const parts = [written, ...written.split(":"), url.username, url.password];
  return [...parts, ...parts.map(decode)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
