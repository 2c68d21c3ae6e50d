namespace Cano.Runtime.StoredRuns;

/// <summary>There is nothing to resume: somebody else works on the run, or has ended it. No caller of the
/// face sees it.</summary>
internal sealed class LeftAloneException(CanoError error) : Exception(error.ToString())
{
    public CanoError Error { get; } = error;
}
