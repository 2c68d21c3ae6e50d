using System.Globalization;
using System.Text;

namespace Cano.Reliability.Clusters.Processes;

/// <summary>Where a node's process notes what it does outside, beside the engine. A line is one write to the
/// file, so it outlives the process.</summary>
internal sealed class NodeLedger(string path) : IWorkflowObserver, IDisposable
{
    private readonly FileStream _file = new(
        path,
        FileMode.Append,
        FileAccess.Write,
        FileShare.Read,
        bufferSize: 0
    );

    /// <summary>An effect is about to be made, was made, or was undone. Items of a batch share the key of
    /// their state: a number behind it tells them apart.</summary>
    public void Note(LedgerMark mark, TaskContext context, string what, string note = "-")
    {
        var fence = context.Scope.Rows?.Fence ?? 0;
        var key = what.StartsWith("batch.", StringComparison.Ordinal)
            ? $"{context.EffectKey}#{what}"
            : context.EffectKey;
        Write($"{mark} {context.RunId} {what} {key} {context.Attempt} {fence} {note}");
    }

    public void OnCheckpoint(RunPoint at, long sequence) => Write($"{LedgerMark.Row} {at.RunId} {sequence}");

    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        if (end.Error is { Category: "checkpoint_store" } refused)
            Write($"{LedgerMark.Refused} {at.RunId} {refused.Message.ReplaceLineEndings(" ")}");
    }

    public void Dispose() => _file.Dispose();

    private void Write(FormattableString line)
    {
        var bytes = Encoding.UTF8.GetBytes(line.ToString(CultureInfo.InvariantCulture) + "\n");
        lock (_file)
            _file.Write(bytes);
    }
}

/// <summary>What a line of a ledger tells.</summary>
internal enum LedgerMark
{
    /// <summary>An effect is about to be made.</summary>
    Begun,

    /// <summary>It is made.</summary>
    Done,

    /// <summary>It is undone.</summary>
    Undone,

    /// <summary>A row was acknowledged.</summary>
    Row,

    /// <summary>The store refused a row, and the run rests here.</summary>
    Refused,
}
