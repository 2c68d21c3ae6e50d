namespace Cano.Reliability.Golden;

// Errors of every kind.
internal sealed partial class GoldenWorkflow
{
    private static Workflow<string> WithFaults(Workflow<string> workflow) =>
        workflow.Register("faulty", (_, _) => throw new CanoException(Everything()), Once);

    /// <summary>An error of each kind, with all that it can say.</summary>
    private static CanoError Everything() =>
        CanoError.Of(
            Fault.NewCompensationFailed([
                .. Faults()
                    .Select(
                        (fault, i) => new CanoError(fault, $"state-{i}", i, ["plain", $"state-{i}"], null)
                    ),
            ])
        );

    private static Fault[] Faults() =>
        [
            Fault.NewTaskExecution("Überlauf"),
            Fault.NewStore("no value"),
            Fault.NewWorkflow("no way"),
            Fault.NewConfiguration(["one", "two"]),
            Fault.NewRetryExhausted(3, CanoError.Of(Fault.NewGeneric("the last"))),
            Fault.NewTimeout("too long"),
            Fault.NewWorkflowTimeout(TimeSpan.FromHours(2), TimeSpan.FromHours(1)),
            Fault.Cancelled,
            Fault.CircuitOpen,
            Fault.NewRateLimited("slow", TimeSpan.FromSeconds(7)),
            Fault.NewCheckpointStore("no room"),
            Fault.NewCompensationFailed([CanoError.Of(Fault.NewGeneric("inner"))]),
            Fault.NewGeneric("anything"),
            Fault.NewResourceNotFound("bank"),
            Fault.NewResourceTypeMismatch("bank", "Bank", "Shop"),
            Fault.NewResourceDuplicateKey("bank"),
            Fault.NewWorkflowVersionMismatch(2, 1),
            Fault.NewOrphanedCompensation("pay", "{\"Number\":1}"u8.ToArray()),
            Fault.NewSuspended("rests"),
            Fault.NewRunNotFound("not there"),
            Fault.NewRunEnded("over"),
            Fault.NewInputMissing("nothing given"),
            Fault.NewInputTypeMismatch("another given"),
            Fault.NewOutputMissing("nothing to give"),
        ];
}
