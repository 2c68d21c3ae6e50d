using Cano.CSharp.Scheduling;

namespace Cano.Reliability.Golden;

/// <summary>What a golden journal keeps of schedules.</summary>
internal static class GoldenFlows
{
    private static readonly DateTimeOffset s_over = new(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);

    /// <summary>A flow of which nothing is over, one whose occurrence is, one that knows the next, and one
    /// that is paused.</summary>
    private static readonly (string Flow, FlowMark Mark)[] s_flows =
    [
        ("flow-1", new(null, null, true)),
        ("flow-2", new(s_over, null, false)),
        ("flow-3", new(s_over, s_over.AddSeconds(30), false)),
        ("flow-4", new(s_over, s_over.AddSeconds(30), true)),
    ];

    /// <summary>Each of them twice, as when a later occurrence is over.</summary>
    public static async Task WriteAsync(ICheckpointStore store)
    {
        foreach (var (flow, mark) in s_flows)
        {
            var watermark = new Watermark(flow, () => new(store));
            await watermark.ChangeAsync(known => known == FlowMark.None ? mark with { Next = s_over } : null);
            await watermark.ChangeAsync(known => known == mark ? null : mark);
        }
    }

    /// <summary>What is known of each that is there.</summary>
    public static async Task<List<string>> ReadAsync(ICheckpointStore store)
    {
        var lines = new List<string>();
        foreach (var (flow, _) in s_flows)
        {
            var watermark = new Watermark(flow, () => new(store));
            await watermark.ReadAsync();
            if (watermark.Mark is var mark && mark != FlowMark.None)
                lines.Add($"{flow}: -> over {mark.Over:u}, next {mark.Next:u}, paused {mark.IsPaused}");
        }

        return lines;
    }
}
