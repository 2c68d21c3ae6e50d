using System.Diagnostics;
using Cano.Faster.Frames;
using Cano.Faster.Indexes;
using Cano.Runtime.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Faster.Commits;

/// <summary>Measures the flush of a group; nothing when nobody listens.</summary>
internal readonly struct FlushMeter
{
    private readonly long _begun;
    private readonly long _end;

    private FlushMeter(long begun, long end) => (_begun, _end) = (begun, end);

    /// <summary>A group is about to be written behind this address.</summary>
    public static FlushMeter? Begin(long end) =>
        JournalInstruments.AreHeard ? new FlushMeter(Stopwatch.GetTimestamp(), end) : null;

    /// <summary>It is on disk, up to this address. What a listener throws is nothing to the
    /// journal.</summary>
    public void Flushed(List<PendingFrame> frames, long end)
    {
        var (took, bytes, count) = (Stopwatch.GetElapsedTime(_begun), end - _end, frames.Count);
        var rows = frames.Count(frame => frame.Head.Kind == FrameKind.Row);
        Measuring.Safely(
            NullLogger.Instance,
            () =>
            {
                JournalInstruments.FlushDuration.Record(took.TotalSeconds);
                JournalInstruments.GroupSize.Record(count);
                JournalInstruments.Bytes.Add(bytes);
                JournalInstruments.Rows.Add(rows);
            }
        );
    }
}
