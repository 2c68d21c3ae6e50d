using Cano.CSharp.Engine;
using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;

namespace Cano.Testing.Simulations;

/// <summary>What holds between runs and their children, checked as rows come: a child begins once, and not
/// before a row of its parent says so; the end that its parent has is the child's; and a parent goes on, back
/// or to its end with no child under way.</summary>
internal sealed class FamilyRules(SimulatedWorld world)
{
    private readonly Dictionary<string, Siblings> _siblings = [];

    /// <summary>A row is durable.</summary>
    public void Took(JournalRules run, CheckpointRow row)
    {
        var told = LoadedRows.Told(run.RunId, [row])[0];
        if (row.Sequence == 0 && told.Start?.Parent is { } parent)
            Began(run, parent.RunId);
        var children = Of(run.RunId);
        switch (told.Fact)
        {
            case Fact.ChildStarted { Item: var child }:
                if (!children.Begun.TryAdd(child.RunId, null))
                    world.Breach($"'{run.RunId}' starts its child '{child.RunId}' twice");
                break;
            case Fact.ChildEnded { Item: var ending }:
                Ended(children, run.RunId, ending);
                break;
            default:
                if (GoesOn(children, row) && UnderWay(children) is { } left)
                    world.Breach(
                        $"'{run.RunId}' went on with row {row.Sequence}, {row.Kind}, while its child '{left}' was under way"
                    );
                if (row.Kind == RowKind.StateEntered && row.Visit == children.Visit)
                    TakeBack(children);
                break;
        }

        children.Visit = row.Visit;
    }

    /// <summary>Everything is over: no run of the family is under way, and of each end its parent has
    /// heard.</summary>
    public void Judge()
    {
        foreach (var child in world.Runs.Children.Where(child => child.Rows.Count > 0))
        {
            var (exit, error) = EndOf(child);
            if (!child.HasEnded)
                world.Breach($"child '{child.RunId}' has not ended, and everything else has");
            else
                EndRules.Judge(world, child, exit, error);
        }

        foreach (var (runId, children) in _siblings)
            if (UnderWay(children) is { } left)
                world.Breach($"'{runId}' has ended and does not know how its child '{left}' has");
    }

    /// <summary>What the newest row of a run says of its end.</summary>
    public static (string? Exit, CanoError? Error) EndOf(JournalRules run)
    {
        if (run.Rows.Count == 0 || !run.HasEnded)
            return (null, null);
        var last = LoadedRows.Told(run.RunId, [run.Rows[^1]])[0];
        return last.Fact.IsFinished ? (last.State, null) : (null, StoredEnd.ErrorOf(last.Fact));
    }

    private void Began(JournalRules child, string parentId)
    {
        if (!Of(parentId).Begun.ContainsKey(child.RunId))
            world.Breach($"child '{child.RunId}' began, and no row of '{parentId}' says so");
        else if (world.Runs.Of(parentId).HasEnded)
            world.Breach($"child '{child.RunId}' began after the end of its parent");
    }

    private void Ended(Siblings children, string runId, ChildEnding ending)
    {
        if (!children.Begun.TryGetValue(ending.RunId, out var before) || before is not null)
            world.Breach(
                $"'{runId}' takes an end of '{ending.RunId}', which it has not started or has already"
            );
        children.Begun[ending.RunId] = ending;
        if (world.Runs.Find(ending.RunId) is not { HasEnded: true } child)
        {
            world.Breach($"'{runId}' takes an end of its child '{ending.RunId}', which has none");
            return;
        }

        var last = child.Rows[^1];
        var own = (last.Sequence, last.Status, EndOf(child), OutputOf(child));
        var taken = (ending.Sequence, ending.Status, (ending.Exit, ending.Error), ending.Output);
        if (!own.Equals(taken))
            world.Breach($"'{runId}' takes {taken} for the end of '{ending.RunId}', which is {own}");
    }

    private static StoredValue? OutputOf(JournalRules child) =>
        child.Rows[^1].Status == RowStatus.Completed
            ? EncodedRows.Output(child.RunId, child.Rows, ValueCodec.Plain)
            : null;

    /// <summary>A retry begins those again that failed.</summary>
    private static void TakeBack(Siblings children)
    {
        foreach (var (id, ending) in children.Begun)
            if (ending is { Status: RowStatus.Failed or RowStatus.RollbackFailed })
                children.Begun.Remove(id);
    }

    private static bool GoesOn(Siblings children, CheckpointRow row) =>
        row.Visit > children.Visit
        || row.Kind
            is RowKind.Finished
                or RowKind.Failed
                or RowKind.RollbackStarted
                or RowKind.RollbackFinished;

    private static string? UnderWay(Siblings children) =>
        children.Begun.Where(child => child.Value is null).Select(child => child.Key).FirstOrDefault();

    private Siblings Of(string parentId)
    {
        if (!_siblings.TryGetValue(parentId, out var children))
            _siblings.Add(parentId, children = new Siblings());
        return children;
    }

    /// <summary>The children of one run.</summary>
    private sealed class Siblings
    {
        /// <summary>By id, those that a row says have begun, each with the end that one says; null of one
        /// that has none yet.</summary>
        public Dictionary<string, ChildEnding?> Begun { get; } = [];

        /// <summary>The visit of the newest row of their parent.</summary>
        public long Visit { get; set; }
    }
}
