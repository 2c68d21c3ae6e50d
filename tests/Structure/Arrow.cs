namespace Cano.Structure;

/// <summary>One file names what another one declares.</summary>
/// <param name="From">The file that names it.</param>
/// <param name="To">The file that declares it.</param>
/// <param name="Name">What is named.</param>
internal sealed record Arrow(string From, string To, string Name);
