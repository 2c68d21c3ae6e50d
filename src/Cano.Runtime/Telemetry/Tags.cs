using Cano.Runtime.Observation;

namespace Cano.Runtime.Telemetry;

/// <summary>What measurements are told apart by: names and values of few kinds.</summary>
internal static class Tags
{
    /// <summary>The workflow's name; none of a workflow without one.</summary>
    public const string Workflow = "cano.workflow";

    /// <summary>The run's id; never of a measurement.</summary>
    public const string RunId = "cano.run.id";

    /// <summary>The state's name.</summary>
    public const string State = "cano.state";

    /// <summary>The kind of the state's step.</summary>
    public const string Kind = "cano.kind";

    /// <summary>What a run is when no more is done of it.</summary>
    public const string Status = "cano.status";

    /// <summary>How work ended.</summary>
    public const string Outcome = "cano.outcome";

    /// <summary>What an engine does with a run.</summary>
    public const string Doing = "cano.doing";

    /// <summary>The flow's id in its scheduler.</summary>
    public const string Flow = "cano.flow";

    /// <summary>What a circuit breaker lets through.</summary>
    public const string Circuit = "cano.circuit";

    /// <summary>Which attempt, from 1.</summary>
    public const string Attempt = "cano.attempt";

    /// <summary>The branch's index, from 0.</summary>
    public const string Branch = "cano.branch";

    /// <summary>Of a link, what it leads to.</summary>
    public const string Link = "cano.link";

    /// <summary>The category of the error, as everybody calls it; none where nothing failed.</summary>
    public const string Error = "error.type";

    public static string Of(RunStatus status) =>
        status switch
        {
            RunStatus.Running => "running",
            RunStatus.Waiting => "waiting",
            RunStatus.Suspended => "suspended",
            RunStatus.RollingBack => "rolling_back",
            RunStatus.Quarantined => "quarantined",
            RunStatus.Damaged => "damaged",
            RunStatus.Completed => "completed",
            RunStatus.Failed => "failed",
            RunStatus.RolledBack => "rolled_back",
            RunStatus.Cancelled => "cancelled",
            RunStatus.RollbackFailed => "rollback_failed",
            _ => throw new InvalidOperationException("A new kind of status."),
        };

    public static string Of(CircuitState state) =>
        state switch
        {
            CircuitState.Closed => "closed",
            CircuitState.Open => "open",
            CircuitState.HalfOpen => "half_open",
            _ => throw new InvalidOperationException("A new kind of state."),
        };

    public static string Of(BranchEnd how) =>
        how switch
        {
            BranchEnd.Succeeded => "success",
            BranchEnd.Failed => "failure",
            BranchEnd.NotNeeded => "not_needed",
            _ => throw new InvalidOperationException("A new way to end."),
        };

    public static string Of(StepKind step) =>
        step switch
        {
            StepKind.Single => "single",
            StepKind.Pure => "pure",
            StepKind.Router => "router",
            StepKind.Timer => "timer",
            StepKind.Compensatable => "compensatable",
            StepKind.Stepped => "stepped",
            StepKind.Stream => "stream",
            StepKind.Split => "split",
            StepKind.Wait => "wait",
            StepKind.Children => "children",
            _ => throw new InvalidOperationException("A new kind of step."),
        };
}
