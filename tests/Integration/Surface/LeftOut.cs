namespace Cano.Integration.Surface;

/// <summary>The fields that a value's equality or its text leaves out on purpose, with the reason.</summary>
internal static class LeftOut
{
    public static IReadOnlyDictionary<string, string> Compared { get; } =
        Listed(
            new()
            {
                ["a status that is not said is the one that kind and payload tell"] =
                [
                    "CheckpointRow.status",
                ],
                ["a reset timeout that is not said is 30 s, and what is meant is compared"] =
                [
                    "CircuitPolicy.ResetTimeout",
                ],
                ["two texts may mean one schedule"] = ["Cron.text"],
                ["what was thrown is known in the process that saw it alone"] = ["CanoError.Exception"],
            }
        );

    public static IReadOnlyDictionary<string, string> Told { get; } =
        Listed(
            new()
            {
                ["a row is told by its place, kind and states; values in it may be secrets"] = Of(
                    "CheckpointRow",
                    "TaskName Visit WorkflowVersion data payload rare status writtenTicks"
                ),
                ["what was thrown is told by the fault"] = ["CanoError.Exception"],
                ["what is copied is told by its runs"] = ["JournalCopyOptions.Flows"],
                ["what is meant is told, by another field"] = ["CircuitPolicy.ResetTimeout", "Cron.schedule"],
                ["a definition is told by what follows what"] =
                [
                    .. Of("Definition", "CompensationTimeout SnapshotEvery TotalTimeout"),
                    "StateDefinition.Task",
                ],
                ["the counts are told, not each outcome"] = ["ConcurrentResults`1.Outcomes"],
                ["not what is set, but what it is set upon"] =
                [
                    .. Of("FasterCheckpointOptions", "Disk IndexBytesMin Logger TimeProvider"),
                    .. Of("CanoEngineOptions", "Codec Journal Json LoggerFactory Observers TimeProvider"),
                    .. Of("CanoEngineOptions", "Lease NodeName"),
                ],
                ["a run is told by what it is and where; the rest is asked for by name, and may be secret"] =
                [
                    .. Of(
                        "RunInfo",
                        "Attempt CancelReason Damage EndedAt Error Held InputJson IsParked LastSequence"
                    ),
                    .. Of("RunInfo", "OutputJson ParentRunId Path Progress StartedAt Tries UpdatedAt Visit"),
                    .. Of("RunInfo", "Waiting WorkflowName WorkflowVersion _tags"),
                ],
                ["an end is told by how it ended"] =
                [
                    .. Of("RunEnd", "SignalsLeft WorkflowName"),
                    .. Of("ChildEnd`1", "Exit _output _values"),
                ],
                ["of the last error its sentence is told"] = ["Fault.RetryExhausted.last"],
                ["figures that nobody asks about first"] = Of(
                    "FlowInfo",
                    "CompletedInstances FailedInstances IsConcurrent LastRun Schedule SkippedCount"
                ),
                ["a branch is told by its item's place: the item may be long, or secret"] =
                [
                    "BranchFault`1.Item",
                    "BranchResult`2.Item",
                ],
                ["an entry is told by what it is, not by where and when"] = Of(
                    "InboxItem",
                    "AcceptedAt Number"
                ),
                ["a start is told by its workflow, state and instants; the rest may be secret"] =
                [
                    .. Of("RunStart", "Input Key Tags Trace"),
                    "RunParent.Key",
                ],
                ["a clean stop left nothing running"] = ["StopResult.StillRunning"],
                ["a cancelled stream has no next state"] = ["Testing.StreamOutcome`3.Next"],
                ["the detail says it in words"] = Of("Testing.ObservedEvent", "Error Sequence Span"),
                ["how a simulated run ended is told; how it went is in its timeline"] =
                [
                    .. Of("Testing.SimulatedRun", "Breaches DecisionCount Duration Events ProcessCount"),
                    .. Of("Testing.SimulatedRun", "ChildRows Rows RowsLeft StopPointCount Timeline"),
                ],
                ["a function has no words"] =
                [
                    "Testing.SimulationOptions.Invariants",
                    "Testing.SimulationOptions.Signals",
                    "Testing.SimulationOptions.Stop",
                    "Testing.StoreCase.RunAsync",
                ],
                ["what runs are given may be long, or secret"] = ["Testing.SimulationOptions.Input"],
                ["attempts are told beside a state, from the second on"] = ["Testing.TimelineEntry.Attempt"],
            }
        );

    private static string[] Of(string type, string fields) =>
        [.. fields.Split(' ').Select(field => $"{type}.{field}")];

    private static Dictionary<string, string> Listed(Dictionary<string, string[]> reasons) =>
        reasons.SelectMany(reason => reason.Value.Select(field => (field, reason.Key))).ToDictionary();
}
