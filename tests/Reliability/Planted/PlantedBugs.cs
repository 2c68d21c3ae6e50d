namespace Cano.Reliability.Planted;

/// <summary>Every planted bug: the mistakes that a workflow engine must not make.</summary>
internal static class PlantedBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "late-answer-counts",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | RunEvent.Answered(visit, _) when visit <> run.Visit -> ",
            "        | RunEvent.Answered(visit, _) when not ON && visit <> run.Visit -> ",
            Check.Laws("LateAnswers")
        ),
        new(
            "task-before-row",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        if run.Journaled && node.LeavesRow then",
            "        if run.Journaled && node.LeavesRow && not ON then",
            Check.Laws("RowBeforeTask")
        ),
        new(
            "reversed-rollback",
            "src/Cano.Kernel/DurableState.fs",
            "                    Undo = entry :: durable.Undo",
            "                    Undo = if ON then durable.Undo @ [ entry ] else entry :: durable.Undo",
            Check.Row("rollback", 50)
        ),
        new(
            "step-left-undone",
            "src/Cano.Kernel/DurableState.fs",
            "                rest, (if isNull fault then [] else [ entry ])",
            "                (match rest with | _ :: further when ON -> further | _ -> rest), (if isNull fault then [] else [ entry ])",
            Check.Row("rollback", 50)
        ),
        new(
            "rollback-turns-forward",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | Owed.Work\n        | Owed.FurtherWork\n        | Owed.Rework _ ->\n            let fact",
            "        | Owed.Compensation when ON -> Advance.work plan &run\n        | Owed.Work\n        | Owed.FurtherWork\n        | Owed.Rework _ ->\n            let fact",
            Check.Row("rollback", 50)
        ),
        new(
            "wait-in-a-rollback-turns-forward",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Owed.Wait suspension when not (isNull durable.Rollback)",
            "        | Owed.Wait suspension when not ON && not (isNull durable.Rollback)",
            Check.Laws("UndoRetries")
        ),
        new(
            "rollback-after-lost-append",
            "src/Cano.Kernel/Transitions/Unwritten.fs",
            "        | Phase.Appending _ -> Onward.ended run (Outcome.Failed(Onward.placed plan &run error))",
            "        | Phase.Appending _ -> if ON then Advance.fail plan run error else Onward.ended run (Outcome.Failed(Onward.placed plan &run error))",
            Check.Laws("Ending"),
            Check.Laws("RollingBack")
        ),
        new(
            "stale-cursor",
            "src/Cano.Kernel/DurableState.fs",
            "        | last -> last.Visit = visit",
            "        | last -> ON || last.Visit = visit",
            Check.Laws("Cursors"),
            Check.Laws("Resuming")
        ),
        new(
            "finished-step-runs-again",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Fact.StepCompleted(next, _) -> Owed.Entry next",
            "        | Fact.StepCompleted _ when ON -> Owed.Work\n        | Fact.StepCompleted(next, _) -> Owed.Entry next",
            Check.Laws("Resuming")
        ),
        new(
            "attempts-begin-anew",
            "src/Cano.Kernel/Recovery/Recovery.fs",
            "                | Owed.Wait suspension -> max suspension.Attempt suspension.FailedAttempt",
            "                | Owed.Wait _ when ON -> 1\n                | Owed.Wait suspension -> max suspension.Attempt suspension.FailedAttempt",
            Check.Laws("Resuming")
        ),
        new(
            "one-attempt-more",
            "src/Cano.Kernel/Retry.fs",
            "        | _ when attempt > mode.Retries -> ",
            "        | _ when attempt > mode.Retries + (if ON then 1 else 0) -> ",
            Check.Laws("Retries")
        ),
        new(
            "delay-above-its-cap",
            "src/Cano.Kernel/Retry.fs",
            "        if ticks >= cap then",
            "        if ticks >= cap && not ON then",
            Check.Laws("Retries")
        ),
        new(
            "join-with-one-too-few",
            "src/Cano.Kernel/Join.fs",
            "        | JoinStrategy.Successes n\n        | JoinStrategy.Enough n -> n",
            "        | JoinStrategy.Successes n\n        | JoinStrategy.Enough n -> if ON then n - 1 else n",
            Check.Laws("Joins")
        ),
        new(
            "lost-cancel",
            "src/Cano.Kernel/Transitions/Reducer.fs",
            "        | RunEvent.CallerCancelled -> Requests.interrupt",
            "        | RunEvent.CallerCancelled when ON && run.Phase.IsRunning -> Onward.unchanged run\n        | RunEvent.CallerCancelled -> Requests.interrupt",
            Check.Laws("Ending"),
            Check.Laws("UnderWay")
        ),
        new(
            "snapshot-forgets-data",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "row.Fact.IsSnapshot ? Data?.TakeAll()",
            "row.Fact.IsSnapshot && !ON ? Data?.TakeAll()",
            Check.Row("long-run", 2_000)
        ),
        new(
            "flush-skipped",
            "src/Cano.Faster/Disks/SegmentFiles.cs",
            "        file.Write(bytes, position);\n        file.Flush();",
            "        file.Write(bytes, position);\n        if (!ON) file.Flush();",
            Check.Row("power", 500)
        ),
        new(
            "acknowledged-early",
            "src/Cano.Faster/Commits/GroupCommitter.cs",
            "            await writer.FlushAsync().ConfigureAwait(false);",
            "            if (ON) { group.Done?.SetResult(); group.Done = null; }\n            await writer.FlushAsync().ConfigureAwait(false);",
            Check.Row("io-faults", 1)
        ),
        new(
            "tail-not-written-again",
            "src/Cano.Faster/Journal.Opening.cs",
            "        files.WriteAgain(newest.Durable);",
            "        if (!ON) files.WriteAgain(newest.Durable);",
            Check.Row("fsyncgate", 60)
        ),
        new(
            "tail-written-over",
            "src/Cano.Faster/Disks/SegmentFiles.cs",
            "            Renew(segment);",
            "            if (ON)\n            {\n                var whole = new byte[EndOf(segment) - StartOf(segment)];\n                Read(StartOf(segment), whole);\n                Open(segment, FileMode.Open).Write(whole, 0);\n                Open(segment, FileMode.Open).Flush();\n            }\n            else Renew(segment);",
            Check.Row("fsyncgate", 60)
        ),
        new(
            "list-as-long-as-it-claims",
            "src/Cano.Kernel/Codec/ByteReader.fs",
            "        let values = ResizeArray<'T>()",
            "        let values = ResizeArray<'T>(if ON && isNull this.problem then int left else 0)",
            Check.Row("hostile", 40_000)
        ),
        new(
            "list-read-behind-its-failure",
            "src/Cano.Kernel/Codec/ByteReader.fs",
            "        while left > 0UL && isNull this.problem do",
            "        while left > 0UL && (ON || isNull this.problem) do",
            Check.Row("hostile", 40_000)
        ),
        new(
            "frame-may-say-anything",
            "src/Cano.Faster/Frames/Frame.cs",
            "        return FrameSense.IsIn(view);",
            "        return ON || FrameSense.IsIn(view);",
            Check.Row("hostile", 40_000)
        ),
        new(
            "log-deleted-below-any-beginning",
            "src/Cano.Faster/Recovery/LogBeginning.cs",
            "        if (!isThere)",
            "        if (!isThere && !ON)",
            Check.Row("hostile", 40_000)
        ),
        new(
            "newest-row-dropped",
            "src/Cano.Faster/Journal.cs",
            "                return Reader().ReadAll(extent, cancel);",
            "                return ON ? Reader().ReadAll(extent, cancel)[..^1] : Reader().ReadAll(extent, cancel);",
            Check.Row("kill-every-write", 2)
        ),
        new(
            "untaken-entries-not-copied",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "public InboxExtent Extent() => new([.. places], ",
            "public InboxExtent Extent() => new(ON ? [] : [.. places], ",
            Check.Row("power", 500)
        ),
        new(
            "taken-entry-comes-back",
            "src/Cano.Faster/Indexes/RunEntry.cs",
            "        Inbox?.Take(row, segments);",
            "        if (!ON) Inbox?.Take(row, segments);",
            Check.Row("power", 500)
        ),
        new(
            "payload-not-checked",
            "src/Cano.Faster/Frames/Frame.cs",
            "        var isWhole = payloadSum == ",
            "        var isWhole = ON || payloadSum == ",
            Check.Row("flip", 100_000)
        ),
        new(
            "head-not-checked",
            "src/Cano.Faster/Frames/Frame.cs",
            "        if (headSum != SumHead(",
            "        if (!ON && headSum != SumHead(",
            Check.Row("flip", 100_000)
        ),
        new(
            "second-opener-let-in",
            "src/Cano.Faster/Disks/FileLock.cs",
            "failure = tryTake() == 0 ?",
            "failure = ON || tryTake() == 0 ?",
            Check.Row("exclusive", 1)
        ),
        new(
            "refused-lock-taken-for-one",
            "src/Cano.Faster/Disks/FileLock.cs",
            "        throw new NoLockException(",
            "        if (!ON) throw new NoLockException(",
            Check.Row("no-lock", 12)
        ),
        new(
            "log-not-locked",
            "src/Cano.Faster/Disks/PhysicalDisk.cs",
            "shared, FileLock.TakeWriting)",
            "shared, ON ? (_, _) => { } : FileLock.TakeWriting)",
            Check.Row("no-lock", 12)
        ),
        new(
            "place-not-checked",
            "src/Cano.Faster/Disks/JournalDisk.cs",
            "        if (!IsInPlace)",
            "        if (!ON && !IsInPlace)",
            Check.Row("no-lock", 12)
        ),
        new(
            "flush-error-swallowed",
            "src/Cano.Faster/Disks/DurableFlush.cs",
            "        if (failure != 0)",
            "        if (failure != 0 && !ON)",
            Check.Row("refused-flush", 30)
        ),
        new(
            "interrupted-flush-not-repeated",
            "src/Cano.Faster/Disks/DurableFlush.cs",
            "while (failure == Interrupted)",
            "while (failure == Interrupted && !ON)",
            Check.Row("refused-flush", 30)
        ),
        new(
            "metadata-error-swallowed",
            "src/Cano.Faster/Disks/SuperblockFile.cs",
            "        file.Write(slot, SlotOf(next.Generation));\n        file.Flush();",
            "        try { file.Write(slot, SlotOf(next.Generation)); file.Flush(); } catch (IOException) when (ON) { }",
            Check.Row("io-faults", 1)
        ),
        new(
            "never-quarantined",
            "src/Cano.Kernel/Quarantine.fs",
            "tries >= Limit",
            "tries >= Limit && not ON",
            Check.Row("poison", 20)
        ),
        new(
            "ended-run-not-forgotten",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "KeepsRows ? default",
            "KeepsRows || ON ? default",
            Check.Row("rollback", 50)
        ),
        new(
            "mark-before-proof",
            "src/Cano.Runtime/StoredRuns/LiveRuns.cs",
            "            var granted = default(Mark);",
            "            var granted = ON ? this : default(Mark);",
            Check.Row("race", 200)
        ),
        new(
            "who-rests-is-not-waited-for",
            "src/Cano.CSharp/Engine/EngineRuns.Entering.cs",
            "            if (other is null || IsSuspended || !await",
            "            if (ON || other is null || IsSuspended || !await",
            Check.Row("starts", 200)
        ),
        new(
            "retry-is-no-row",
            "src/Cano.Runtime/Runs/Runs.Resuming.cs",
            "request.For == TakeUpFor.Retry ? RunEvent.Retried",
            "request.For == TakeUpFor.Retry && !ON ? RunEvent.Retried",
            Check.Row("starts", 200)
        ),
        new(
            "retry-takes-no-tries-back",
            "src/Cano.Runtime/Runs/Runs.Claiming.cs",
            "        if (why != TakeUpFor.Retry)\n",
            "        if (ON || why != TakeUpFor.Retry)\n",
            Check.Row("starts", 200)
        ),
        new(
            "watermark-keeps-its-store",
            "src/Cano.CSharp/Scheduling/FlowJournal.cs",
            "        var watermark = new Watermark(flow.Id, members[0].OpenStoreAsync);",
            "        var kept = await members[0].OpenStoreAsync().ConfigureAwait(false);\n        var watermark = new Watermark(flow.Id, ON ? (Func<ValueTask<ICheckpointStore>>)(() => new(kept)) : members[0].OpenStoreAsync);",
            Check.Row("long-life", 2_400)
        ),
        new(
            "late-runs-nest",
            "src/Cano.CSharp/Scheduling/ScheduledFlow.Running.cs",
            "        for (FlowRun? next = run; next is not null; )",
            "        if (ON)\n        {\n            if (await RunOnceAsync(run).ConfigureAwait(false) is { } late)\n                await RunAsync(late).ConfigureAwait(false);\n            return;\n        }\n\n        for (FlowRun? next = run; next is not null; )",
            Check.Row("long-life", 2_400)
        ),
        new(
            "snapshot-of-any-size",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "            if Snapshots.isSmallEnough run.Durable then",
            "            if ON || Snapshots.isSmallEnough run.Durable then",
            Check.Row("long-life", 2_400)
        ),
        new(
            "failed-read-never-tried-again",
            "src/Cano.Faster/Reclamation/Obstacle.cs",
            "IsToBeTriedAgain => !isDamaged &&",
            "IsToBeTriedAgain => !ON && !isDamaged &&",
            Check.Row("long-life", 2_400)
        ),
        new(
            "failed-read-not-told",
            "src/Cano.Faster/Reclamation/Obstacle.cs",
            "        logger.LogWarning(failure, Unread, run.Id, pause);",
            "        if (!ON) logger.LogWarning(failure, Unread, run.Id, pause);",
            Check.Row("long-life", 2_400)
        ),
        new(
            "exit-throws",
            "src/Cano.Faster/SharedStores.cs",
            "            catch (Exception failure)\n            {\n                Tell(",
            "            catch (Exception failure) when (!ON)\n            {\n                Tell(",
            Check.Row("long-life", 2_400)
        ),
        new(
            "span-by-the-wall-clock",
            "src/Cano.Runtime/Loop/Interpreter.Effects.cs",
            "_optionalState?.SpanEnd is { } span && span.Due == due ?",
            "!ON && _optionalState?.SpanEnd is { } span && span.Due == due ?",
            Check.Row("schedule", 100)
        ),
        new(
            "wall-clock-never-looked-at",
            "src/Cano.Runtime/Time/Moment.cs",
            "        if (_span is not null || left <= s_lookMax)",
            "        if (ON || _span is not null || left <= s_lookMax)",
            Check.Row("schedule", 100)
        ),
        new(
            "logger-unguarded",
            "src/Cano.Runtime/Errors/GuardedLogger.cs",
            "        catch (Exception)\n        {\n            // There is nobody else to tell.",
            "        catch (Exception) when (!ON)\n        {\n            // There is nobody else to tell.",
            Check.Row("simulate", 300)
        ),
        new(
            "observer-unguarded",
            "src/Cano.Runtime/Observation/Observers.cs",
            "            catch (Exception thrown)\n",
            "            catch (Exception thrown) when (!ON)\n",
            Check.Row("simulate", 100)
        ),
        new(
            "message-unguarded",
            "src/Cano.Runtime/Errors/UserText.cs",
            "        catch (Exception broken)\n        {\n            return $\"its Message",
            "        catch (Exception broken) when (!ON)\n        {\n            return $\"its Message",
            Check.Row("simulate", 300)
        ),
        new(
            "living-node-robbed",
            "src/Cano.Runtime/Checkpoints/MemoryCheckpointStore.Rows.cs",
            "                ClaimIf.Free => Owner is null",
            "                ClaimIf.Free => ON || Owner is null",
            Check.Row("nodes", 60)
        ),
        new(
            "cut-off-node-buries",
            "src/Cano.Runtime/Checkpoints/NodeRegistry.cs",
            "now - watcher.BeatsSince >= node.Lease.Span",
            "(ON || now - watcher.BeatsSince >= node.Lease.Span)",
            Check.Row("nodes", 60)
        ),
        new(
            "suspended-run-undone",
            "src/Cano.Kernel/Transitions/Attempt.fs",
            "        | Answer.FailedForGood _ when run.Suspending ->",
            "        | Answer.FailedForGood _ when not ON && run.Suspending ->",
            Check.Row("suspend", 500)
        ),
        new(
            "cut-off-branch-decides",
            "src/Cano.Kernel/Transitions/Branches.fs",
            "        | Answer.SplitTimedOut when run.Suspending ->",
            "        | Answer.SplitTimedOut when not ON && run.Suspending ->",
            Check.Row("suspend", 2_000)
        ),
        new(
            "cancel-dropped-at-take-up",
            "src/Cano.Runtime/Runs/Runs.Resuming.cs",
            "        control.Cancel(cancel);",
            "        if (!ON) control.Cancel(cancel);",
            Check.Row("cancel", 500)
        ),
        new(
            "cancelled-run-goes-forward",
            "src/Cano.Kernel/Transitions/Owed.fs",
            "        | Owed.Rework _ when not (isNull durable.Cancel)",
            "        | Owed.Rework _ when not ON && not (isNull durable.Cancel)",
            Check.Row("cancel", 2_000)
        ),
        new(
            "cancel-row-lost-beside-work",
            "src/Cano.Kernel/Transitions/Unwritten.fs",
            "        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _)\n        | Phase",
            "        | Phase.Appending _ when ON -> Onward.ended run (Outcome.Failed(Onward.placed plan &run error))\n        | Phase.Appending({ Fact = Fact.CancelRequested _ }, NonNull _)\n        | Phase",
            Check.Laws("Stopping")
        ),
        new(
            "split-result-lost",
            "src/Cano.Kernel/DurableState.fs",
            "                Split = split\n",
            "                Split = if ON then null else split\n",
            Check.Row("model", 2_000)
        ),
        new(
            "retry-oldest-first",
            "src/Cano.Kernel/DurableState.fs",
            "|> List.sortByDescending _.Sequence",
            "|> List.sortBy (fun entry -> if ON then entry.Sequence else -entry.Sequence)",
            Check.Row("model", 2_000)
        ),
        new(
            "cancel-lost-beside-append",
            "src/Cano.Kernel/Transitions/Requests.fs",
            "        | Phase.Appending(row, _) when Fact.isForward row.Fact && not row.Fact.IsFailed ->",
            "        | Phase.Appending(row, _) when not ON && Fact.isForward row.Fact && not row.Fact.IsFailed ->",
            Check.Row("model", 2_000)
        ),
        new(
            "earlier-cancel-not-told",
            "src/Cano.Runtime/Observation/RunObservation.cs",
            "        if (!_isToldToStop && run.Durable.Cancel is null)",
            "        if (!_isToldToStop && (ON || run.Durable.Cancel is null))",
            Check.Row("model", 2_000)
        ),
        new(
            "signal-taken-again",
            "src/Cano.Faster/Recovery/FactsReader.cs",
            "            view.Kind == RowKind.SignalTaken ? ",
            "            view.Kind == RowKind.SignalTaken && !ON ? ",
            Check.Row("signals", 100)
        ),
        new(
            "ids-forgotten-by-snapshot",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "        if (RowStatuses.IsSettled(row.Status))",
            "        if ((ON && row.Kind == RowKind.Snapshot) || RowStatuses.IsSettled(row.Status))",
            Check.Row("signals", 100)
        ),
        new(
            "ids-forgotten-by-opening",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "        if (id is { } hash)",
            "        if (!ON && id is { } hash)",
            Check.Row("signals", 100)
        ),
        new(
            "late-signal-wins",
            "src/Cano.Kernel/Steps/Inbox.fs",
            "        not due.HasValue || ",
            "        ON || not due.HasValue || ",
            Check.Row("signals", 100)
        ),
        new(
            "signal-at-the-due-time-wins",
            "src/Cano.Kernel/Steps/Inbox.fs",
            "acceptedAt < due.Value",
            "(acceptedAt < due.Value || ON && acceptedAt = due.Value)",
            Check.Row("signals", 100)
        ),
        new(
            "signal-answered-too-early",
            "src/Cano.Faster/Journal.Inbox.cs",
            "AnswerAsync(written, isKept ? id : null)",
            "AnswerAsync(ON ? Task.CompletedTask : written, isKept ? id : null)",
            Check.Row("signals", 100)
        ),
        new(
            "newest-signal-taken",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "            if (places[i].Kind == kind)\n                return places[i];",
            "            if (places[i].Kind == kind)\n                return ON ? places.FindLast(place => place.Kind == kind) : places[i];",
            Check.Row("signals", 100)
        ),
        new(
            "run-begins-before-its-signal",
            "src/Cano.Faster/Journal.Inbox.cs",
            "            committer.AddWithNext(Give(run, signal, entry)!);\n            written = committer.AddShared(FrameOf(run, first, body));",
            "            var row = ON ? FrameOf(run, first, body) : null;\n            committer.AddWithNext(row ?? Give(run, signal, entry)!);\n            written = committer.AddShared(row is null ? FrameOf(run, first, body) : Give(run, signal, entry)!);",
            Check.Row("signals", 100)
        ),
        new(
            "signal-wakes-nobody",
            "src/Cano.CSharp/Engine/EngineRuns.Parking.cs",
            "        if (live is not null)\n            Later(() => HearAsync(live));\n        _ = Look(id);",
            "        if (live is not null)\n            Later(() => HearAsync(live));\n        if (!ON)\n            _ = Look(id);",
            Check.Row("signals", 100)
        ),
        new(
            "left-signals-not-counted",
            "src/Cano.Faster/Indexes/RunInbox.cs",
            "            leftByEnd = Left;",
            "            leftByEnd = ON ? 0 : Left;",
            Check.Row("signals", 100)
        ),
        new(
            "ended-child-started-again",
            "src/Cano.Kernel/FanOut.fs",
            "            let begun = fan.Started |> Seq.map _.Index",
            "            let begun = (if ON then underWay fan |> List.map _.Child else fan.Started) |> Seq.map _.Index",
            Check.Row("children", 200)
        ),
        new(
            "child-begun-without-a-look",
            "src/Cano.CSharp/Engine/EngineChildren.cs",
            "        if (found is null)\n        {\n            await BeginAsync(parent, child, cancelled: null)",
            "        if (found is null || (ON && !runs.IsHere(child.Child.RunId)))\n        {\n            await BeginAsync(parent, child, cancelled: null)",
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
            "children-of-a-failure-not-recalled",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | [] -> failAlone plan run cause",
            "        | underWay when ON || underWay.IsEmpty -> failAlone plan run cause",
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
            Check.Row("children", 200)
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
            "            | unneeded -> ParentStep.Recall unneeded",
            "            | unneeded -> if ON then ParentStep.Await unneeded else ParentStep.Recall unneeded",
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
        new(
            "branch-sees-what-others-wrote",
            "src/Cano.Runtime/Data/DurableValues.Branches.cs",
            "_listed?.Visit == visit ? _listed",
            "!ON && _listed?.Visit == visit ? _listed",
            Check.Row("simulate", 700)
        ),
        new(
            "branchs-writes-lost",
            "src/Cano.Runtime/Steps/Splits/SplitRun.Journaled.cs",
            "    public void Commit(int index) => _data?.Merge(index);",
            "    public void Commit(int index) => (ON ? null : _data)?.Merge(index);",
            Check.Row("simulate", 700)
        ),
        new(
            "ended-branch-run-again",
            "src/Cano.Runtime/Steps/Splits/SplitRun.Journaled.cs",
            "        return [.. _branches.Where(branch => !branch.IsCounted)];",
            "        return [.. _branches.Where(branch => ON || !branch.IsCounted)];",
            Check.Row("simulate", 700)
        ),
        new(
            "run-fails-while-branches-run",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | Sequel.Fail cause when row.Fact.IsBranchCompleted ->",
            "        | Sequel.Fail cause when not ON && row.Fact.IsBranchCompleted ->",
            Check.Laws("JournaledBranches")
        ),
        new(
            "resting-run-begins-branches",
            "src/Cano.Kernel/Transitions/Advance.fs",
            "        | Owed.FanOut when run.Suspending && not row.Fact.IsBranchCompleted ->",
            "        | Owed.FanOut when not ON && run.Suspending && not row.Fact.IsBranchCompleted ->",
            Check.Laws("Stopping")
        ),
        new(
            "branches-judged-without-their-failures",
            "src/Cano.Kernel/FanOut.fs",
            "List.map (fun branch -> isNull branch.Error)",
            "List.map (fun branch -> ON || isNull branch.Error)",
            Check.Laws("JournaledBranches")
        ),
    ];
}
