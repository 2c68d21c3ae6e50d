using Cano.Runtime.Checkpoints;

namespace Cano.CSharp.Scheduling;

/// <summary>What a flow's journal keeps of the flow itself.</summary>
/// <remarks>docs/journal-format.md describes its text; changing it strands old journals.</remarks>
/// <param name="Over">The last occurrence that is over; null when none is.</param>
/// <param name="Next">Of an interval, the next occurrence; null when nobody has said.</param>
/// <param name="IsPaused">The schedule starts nothing until somebody lets it go on.</param>
internal sealed record FlowMark(DateTimeOffset? Over, DateTimeOffset? Next, bool IsPaused)
{
    private const string NoneOver = "none";
    private const string NextIs = "next=";
    private const string Paused = "paused";

    public static FlowMark None { get; } = new(null, null, false);

    /// <summary>An occurrence is over, and with it all before. Null when that was known.</summary>
    public FlowMark? With(DateTimeOffset over, DateTimeOffset? next) =>
        over <= Over ? null : this with { Over = over, Next = next > Next || Next is null ? next : Next };

    /// <summary>As its row keeps it: "2026-03-01T00:01:00.0000000Z next=2026-03-01T00:01:30.0000000Z
    /// paused"; what says nothing is left out.</summary>
    public string Text
    {
        get
        {
            var over = Over is { } last ? OccurrenceId.Text(last) : NoneOver;
            var next = Next is { } agreed ? $" {NextIs}{OccurrenceId.Text(agreed)}" : "";
            return over + next + (IsPaused ? $" {Paused}" : "");
        }
    }

    /// <summary>Null for what is no such text.</summary>
    public static FlowMark? Read(string text)
    {
        var words = text.Split(' ');
        var over = OccurrenceId.Read(words[0]);
        if (over is null && words[0] != NoneOver)
            return null;
        var mark = new FlowMark(over, null, false);
        foreach (var word in words.Skip(1))
            if (word == Paused)
                mark = mark with { IsPaused = true };
            else if (
                word.StartsWith(NextIs, StringComparison.Ordinal)
                && OccurrenceId.Read(word.AsSpan(NextIs.Length)) is { } next
            )
                mark = mark with { Next = next };
            else
                return null;
        return mark;
    }
}
