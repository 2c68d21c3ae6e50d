namespace Cano.Reliability.Clusters.Processes;

/// <summary>What a run is to do, which is told by its number alone: to whoever works on it, and to whoever
/// looks afterwards.</summary>
/// <param name="Number">Of the run.</param>
/// <param name="IsTimed">It has waits that end by a node's clock.</param>
internal sealed record Errand(int Number, bool IsTimed)
{
    public const string Start = "pay";
    public const string End = "done";
    public const string Signal = "paid";

    /// <summary>It fails at its end, and all that it did is undone.</summary>
    public bool Fails => Number % 7 == 3;

    /// <summary>Nobody sends what it waits for.</summary>
    public bool IsForgotten => IsTimed && Number % 5 == 1;

    /// <summary>What it waits for is sent, and may come too late.</summary>
    public bool IsRaced => IsTimed && Number % 5 == 2;

    /// <summary>Its branches have rows.</summary>
    public bool IsJournaled => Number % 2 == 0;

    /// <summary>What it does outside, when it comes to its end.</summary>
    public IEnumerable<string> Effects()
    {
        string[] forward =
        [
            "pay",
            "again",
            "poll",
            "split.0",
            "split.1",
            "split.2",
            "step.0",
            "step.1",
            "step.2",
            "stream.s0",
            "stream.s1",
            "batch.0",
            "batch.1",
            "book",
        ];
        if (!IsRaced)
            forward = [.. forward, IsForgotten ? "late" : "paid"];
        return Fails ? forward : forward.Append("close");
    }
}
