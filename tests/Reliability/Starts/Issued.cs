namespace Cano.Reliability.Starts;

/// <summary>A deed that was begun.</summary>
/// <param name="deed">The deed.</param>
/// <param name="at">When, counted in steps.</param>
/// <param name="answer">Comes to the category of the engine's answer.</param>
internal sealed class Issued(Deed deed, int at, Task<string> answer)
{
    private int? _doneAt;

    public Deed Deed => deed;

    public int At => at;

    /// <summary>Null: none yet.</summary>
    public string? Answer => answer.IsCompleted ? answer.GetAwaiter().GetResult() : null;

    /// <summary>Whether what it does has been done once it is answered. What a body, the clock and a request
    /// to stop bring about comes later.</summary>
    private bool IsOverWhenAnswered => deed.Kind is not (DeedKind.Let or DeedKind.Wait or DeedKind.Cancel);

    /// <summary>Looks whether it is answered.</summary>
    public void Look(int now)
    {
        if (IsOverWhenAnswered && answer.IsCompleted)
            _doneAt ??= now;
    }

    /// <summary>Whether this was over when the other was begun, or both turn one switch.</summary>
    public bool IsBefore(Issued other) =>
        _doneAt < other.At || (TurnsSwitch && other.TurnsSwitch && at < other.At);

    public override string ToString() => $"{deed} -> {Answer ?? "open"}";

    private bool TurnsSwitch => deed.Kind is DeedKind.Suspend or DeedKind.Resume;
}
