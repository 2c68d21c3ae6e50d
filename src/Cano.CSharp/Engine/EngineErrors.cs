using Cano.Runtime.Errors;

namespace Cano.CSharp.Engine;

/// <summary>What an engine refuses, in words that say what to do.</summary>
internal static class EngineErrors
{
    public static CanoException NotFound(string runId) =>
        new(
            CanoError.Of(
                Fault.NewRunNotFound($"there is no run '{runId}': it was never started, or was forgotten")
            )
        );

    public static CanoException HasEnded(string runId, string? workflow) =>
        Refused(
            Fault.NewRunEnded(
                $"run '{runId}' of workflow '{workflow}' has ended, and takes no signal any more"
            )
        );

    /// <summary>What is sent to a run is not what it takes.</summary>
    public static CanoException Unfit(string runId, string? workflow, string why) =>
        Refused(Fault.NewWorkflow($"run '{runId}' of workflow '{workflow}' is not signalled: {why}"));

    public static CanoException Suspended() =>
        Refused(
            Fault.NewSuspended(
                "the engine is suspended: resume its runs before others are started or retried"
            )
        );

    /// <summary>A start that its node stopped, before it was there.</summary>
    public static CanoException LeaseOver() =>
        Refused(
            Fault.NewSuspended(
                "the store did not answer, and the lease of this node is over: the run was not begun; start it when the store answers again"
            )
        );

    public static CanoException HasBegun(string runId, string? workflow) =>
        Refused(
            Fault.NewWorkflow(
                $"run '{runId}' of workflow '{workflow}' is there already: get or start it in one call, or start under another id"
            )
        );

    public static CanoException Differs(string runId, string what, string? there, string? asked) =>
        Refused(
            Fault.NewWorkflow(
                $"run '{runId}' is there with {what} {there}, and was asked for with {asked}: start under another id"
            )
        );

    /// <summary>A run is gone on with by a workflow that is not its own.</summary>
    public static CanoException IsOfOther(string runId, string? own, string asked) =>
        Refused(
            Fault.NewWorkflow(
                $"run '{runId}' is one of workflow '{own}', not of '{asked}': go on with it by its own"
            )
        );

    public static CanoException IsNoChild(string runId, string parentId) =>
        Refused(
            Fault.NewWorkflow(
                $"run '{runId}' is there and is no child of run '{parentId}': forget it, or start the parent under another id"
            )
        );

    /// <summary>An id that a child of another run may come to have.</summary>
    public static CanoException IsOfChild(string runId, string parentId) =>
        InvalidConfiguration.Of(
            $"Run id '{runId}' is one of a child of run '{parentId}', which is there: start under another id"
        );

    public static CanoException IsUnderWay(string runId, RunStatus status, string todo) =>
        Refused(Fault.NewWorkflow($"run '{runId}' is {status}: {todo}"));

    public static CanoException NotAdded(string runId, string? workflow, uint version) =>
        Refused(Fault.NewWorkflow(NotAddedText(runId, workflow, version)));

    /// <summary>Why a run is left alone.</summary>
    public static string NotAddedText(string runId, string? workflow, uint version) =>
        $"run '{runId}' belongs to workflow '{workflow}' version {version}, which was not added to the engine: add it, then resume";

    private static CanoException Refused(Fault fault) => new(CanoError.Of(fault));
}
