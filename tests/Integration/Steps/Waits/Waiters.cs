using Cano.Runtime.Signals;
using Cano.Runtime.Steps.Waits;

namespace Cano.Integration.Steps.Waits;

/// <summary>What a signal of the tests carries.</summary>
internal sealed record Approval(string By, int Amount);

/// <summary>Workflows with waiting states, and signals for their runs, which may come before the runs are
/// there.</summary>
internal static class Waiters
{
    public const string RunId = "run";

    public static readonly Signal<Approval> Approve = new("approve");

    public static readonly Signal Refuse = new("refuse");

    public static Workflow<Stage> Waiting(this Workflow<Stage> workflow, Stage state, Wait<Stage> wait)
    {
        var setup = workflow.RegisterWait(state, wait).Setup;
        var inboxes = setup.Options.Inboxes ?? new MemoryInboxes();
        return new(setup with { Options = setup.Options with { Inboxes = inboxes } });
    }

    public static Task SendAsync(this Workflow<Stage> workflow, Approval approval, string? id = null)
    {
        workflow.Send(Approve, approval, id);
        return Task.CompletedTask;
    }

    public static Task SendAsync(this Workflow<Stage> workflow, Signal signal, string? id = null)
    {
        workflow.Send(InboxItem.Signal(signal.Name, id));
        return Task.CompletedTask;
    }

    public static void Send<TPayload>(
        this Workflow<Stage> workflow,
        Signal<TPayload> signal,
        TPayload payload,
        string? id
    ) =>
        workflow.Send(
            InboxItem.Signal(
                signal.Name,
                id,
                SignalPayload.Write(signal.Name, payload, workflow.Setup.Options.Values)
            )
        );

    /// <summary>How many signals the run has not taken.</summary>
    public static Task<int> LeftAsync(this Workflow<Stage> workflow) =>
        Task.FromResult(InboxOf(workflow).Left);

    private static void Send(this Workflow<Stage> workflow, InboxItem signal) =>
        InboxOf(workflow).Accept(signal, workflow.Setup.Options.Time.GetUtcNow());

    private static MemoryInbox InboxOf(Workflow<Stage> workflow) =>
        ((MemoryInboxes)workflow.Setup.Options.Inboxes!).Of(RunId);
}
