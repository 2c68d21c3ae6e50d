namespace Cano.Structure.Tidy;

/// <summary>A place that does not keep a rule.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Place">Where: a file, and what of it.</param>
/// <param name="Found">What is there.</param>
internal sealed record Breach(string Rule, string Place, string Found);
