namespace Cano.Testing.Driving;

/// <summary>A body of the user's that is under way on a virtual clock.</summary>
/// <param name="state">Its state.</param>
/// <param name="cancel">The token that it was given.</param>
internal sealed class OpenBody(string state, CancellationToken cancel)
{
    public string State => state;

    public CancellationToken Cancel => cancel;

    /// <summary>It was told to stop, and did not go on.</summary>
    public bool IsStubborn { get; set; }
}
