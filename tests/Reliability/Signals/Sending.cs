namespace Cano.Reliability.Signals;

/// <summary>A signal on its way: what its sender knows of it.</summary>
/// <param name="Run">The run that it is sent to.</param>
/// <param name="Name">The signal's name.</param>
/// <param name="Letter">What it carries.</param>
/// <param name="Id">What tells it from others; null: it is sent once.</param>
/// <param name="At">When it was sent, by a count of what happened.</param>
internal sealed record Sending(string Run, string Name, Letter Letter, string? Id, int At)
{
    public const string Ok = "ok";

    /// <summary>Nobody was told whether it was accepted.</summary>
    public const string InDoubt = "in doubt";

    /// <summary>Null: it has not been answered yet.</summary>
    public string? Answer { get; set; }

    /// <summary>When the answer was seen.</summary>
    public int AnsweredAt { get; set; }

    public override string ToString() =>
        $"{Name} {Letter.Number}{(Id is null ? "" : $" ({Id})")} to {Run}: {Answer ?? "under way"}";
}
