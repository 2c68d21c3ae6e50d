namespace Cano.Examples.Terminal;

/// <summary>A mistake of the user's, in one sentence for them.</summary>
public sealed class MistakeException(string message) : Exception(message);
