namespace Cano.Runtime.Steps.Waits;

/// <summary>A message to a run that carries nothing: one name, shared by who sends it and who waits for
/// it.</summary>
internal sealed record Signal(string Name);

/// <summary>A message to a run, with a payload: one name and one type, shared by who sends it and who waits
/// for it.</summary>
internal sealed record Signal<TPayload>(string Name);
