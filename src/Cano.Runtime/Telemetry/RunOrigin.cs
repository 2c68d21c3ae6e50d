namespace Cano.Runtime.Telemetry;

/// <summary>Where a run comes from, for those who follow it.</summary>
/// <param name="Starter">The span in which it was started; null when it was in none, or its rows do not
/// tell.</param>
/// <param name="Before">Its newest span before this process took it up; null when there is none that its rows
/// tell of.</param>
/// <param name="Keep">Told its span, for the rows that come; null of a run without any.</param>
internal sealed record RunOrigin(RunTrace? Starter, RunTrace? Before, Action<RunTrace>? Keep);
