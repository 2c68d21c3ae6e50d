namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with children and their ends.</summary>
internal static class ChildrenBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "ended-child-started-again",
            "src/Cano.Kernel/FanOut.fs",
            "        | [] when fan.Begun < total fan -> Some fan.Begun",
            "        | [] when (if ON then countUnderWay fan else fan.Begun) < total fan -> Some(if ON then countUnderWay fan else fan.Begun)",
            Check.Row("children", 200)
        ),
        new(
            "child-begun-without-a-look",
            "src/Cano.CSharp/Engine/EngineChildren.cs",
            "        if (found is null)\n        {\n            Awaits(parent.RunId, child.Child.RunId);\n            await BeginAsync(parent, child, cancelled: null)",
            "        if (found is null || (ON && !runs.IsHere(child.Child.RunId)))\n        {\n            Awaits(parent.RunId, child.Child.RunId);\n            await BeginAsync(parent, child, cancelled: null)",
            Check.Row("children", 200)
        ),
        new(
            "children-forgotten-by-snapshot",
            "src/Cano.Kernel/Transitions/Snapshots.fs",
            "        && isNull durable.FanOut",
            "        && (ON || isNull durable.FanOut)",
            Check.Row("children", 200)
        ),
        new(
            "childs-end-wakes-nobody",
            "src/Cano.CSharp/Engine/EngineChildren.cs",
            "        return runs.WakeAsync(parentId);",
            "        return ON ? Task.FromResult<EngineRun?>(null) : runs.WakeAsync(parentId);",
            Check.Row("children", 200)
        ),
        new(
            "lost-end-told-to-nobody",
            "src/Cano.CSharp/Engine/EngineRuns.cs",
            "?? TellsLostEnd(run, ended) ??",
            "?? (ON ? null : TellsLostEnd(run, ended)) ??",
            Check.Row("simulate", 800)
        ),
        new(
            "children-of-a-failure-not-recalled",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | NonNull children when FanOut.countUnderWay children > 0 ->",
            "        | NonNull children when not ON && FanOut.countUnderWay children > 0 ->",
            Check.Row("children", 200)
        ),
        new(
            "later-child-not-looked-at",
            "src/Cano.Runtime/Loop/ChildWatch.cs",
            "FanOutModule.Newest(children.Begun - _begun, children)",
            "FanOutModule.Newest(ON ? 0 : children.Begun - _begun, children)",
            Check.Row("children", 200)
        ),
        new(
            "unneeded-child-not-told",
            "src/Cano.Runtime/Loop/ChildWatch.cs",
            "        if (_isRecalling)\n",
            "        if (ON || _isRecalling)\n",
            Check.Row("children", 200)
        ),
        new(
            "recalled-child-not-awaited",
            "src/Cano.CSharp/Engine/EngineChildren.cs",
            "InboxItem.Cancel(why), default))\n            .ConfigureAwait(false);\n        return null;",
            "InboxItem.Cancel(why), default))\n            .ConfigureAwait(false);\n        return ON ? found.EndingOf(child.Child) : null;",
            Check.Row("children", 200)
        ),
        new(
            "imposter-taken-for-a-child",
            "src/Cano.CSharp/Engine/StoredChild.cs",
            "        && own.Key == parent.Key;",
            "        && (ON || own.Key == parent.Key);",
            Check.Row("children", 200)
        ),
        new(
            "awaited-child-forgotten",
            "src/Cano.Runtime/StoredRuns/AwaitedChildren.cs",
            ".Any(child => child.Child.RunId == id);",
            ".Any(child => !ON && child.Child.RunId == id);",
            Check.Row("children", 1_500)
        ),
        new(
            "child-forgotten-before-its-end-is-durable",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "        await appending.ConfigureAwait(false);\n        children.Retire(child);",
            "        if (ON) children.Retire(child);\n        await appending.ConfigureAwait(false);\n        if (!ON) children.Retire(child);",
            Check.Row("children", 200)
        ),
        new(
            "decided-join-cancels-nobody",
            "src/Cano.Kernel/Transitions/Children.fs",
            "when underWay > 0 -> ParentStep.Recall",
            "when underWay > 0 -> if ON then ParentStep.Await else ParentStep.Recall",
            Check.Row("children", 200)
        ),
        new(
            "child-begun-for-a-cancel-works",
            "src/Cano.CSharp/Engine/EngineChildren.cs",
            "            BegunCancelled = cancelled,",
            "            BegunCancelled = ON ? null : cancelled,",
            Check.Row("children", 200)
        ),
        new(
            "end-that-was-taken-back-counts",
            "src/Cano.Kernel/FanOut.fs",
            " && (sequence > after || not (mayBeRetried",
            " && (ON || sequence > after || not (mayBeRetried",
            Check.Row("children", 200)
        ),
    ];
}
