/** The line which stands above every result of a simulated model; none for real ones. */
export function simulatedNotice(simulated: boolean): readonly string[] {
  return simulated ? ["simulated model: the numbers say nothing about real models"] : [];
}
