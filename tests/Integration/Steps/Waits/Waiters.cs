using Cano.Runtime.Steps.Waits;

namespace Cano.Integration.Steps.Waits;

/// <summary>What a signal of the tests carries.</summary>
internal sealed record Approval(string By, int Amount);

/// <summary>Workflows with waiting states, and signals for their runs.</summary>
internal static class Waiters
{
    public const string RunId = "run";

    public static readonly Signal<Approval> Approve = new("approve");

    public static readonly Signal Refuse = new("refuse");

    public static Workflow<Stage> Waiting(this Workflow<Stage> workflow, Stage state, Wait<Stage> wait) =>
        new(workflow.Setup.RegisterWait(state, wait));

    public static Task SendAsync(this Workflow<Stage> workflow, Approval approval, string? id = null) =>
        workflow.Setup.Options.SignalAsync(RunId, Approve, approval, id).AsTask();

    public static Task SendAsync(this Workflow<Stage> workflow, Signal signal, string? id = null) =>
        workflow.Setup.Options.SignalAsync(RunId, signal, id).AsTask();

    /// <summary>How many signals the run has not taken.</summary>
    public static async Task<int> LeftAsync(this Workflow<Stage> workflow) =>
        (await workflow.Setup.Options.Inboxes!.Of(RunId).ReadAsync()).Count;
}
