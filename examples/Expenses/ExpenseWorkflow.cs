namespace Cano.Examples.Expenses;

/// <summary>How an expense goes: its money is reserved, two people approve, it is paid. One who refuses ends
/// it, and so does the deadline; then the money goes back.</summary>
/// <param name="bank">Who moves the money.</param>
/// <param name="settings">How long people have.</param>
/// <param name="tell">Sends a message to whoever should know.</param>
public sealed class ExpenseWorkflow(Bank bank, Settings settings, Action<string> tell)
{
    public static readonly Signal<Approval> Approve = new("approve");
    public static readonly Signal<Refusal> Refuse = new("refuse");

    /// <summary>Under this key the run keeps who has approved.</summary>
    public const string ApproversKey = "approvers";

    private const string RefusedByKey = "refused by";

    public Workflow<Step> Workflow() =>
        Cano
            .Workflow.Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName("expenses")
            .Accepts<Expense>()
            // Does nothing, and is undone last. A step counts as completed when its row is written: of one
            // that was cut off before, in a run that is then cancelled, only the bank knows.
            .RegisterWithCompensation(Step.Accept, Accept, TakeBackAsync, to: [Step.Reserve])
            .Register(Step.Reserve, ReserveAsync, to: [Step.FirstApproval])
            .RegisterWait(
                Step.FirstApproval,
                Decision(Step.FirstApproval, next: Step.SecondApproval)
                    .After(settings.Reminder, Step.FirstReminder)
            )
            .Register(
                Step.FirstReminder,
                context => Remind(context, Step.FirstLastCall),
                to: [Step.FirstLastCall]
            )
            .RegisterWait(
                Step.FirstLastCall,
                Decision(Step.FirstLastCall, next: Step.SecondApproval).After(settings.LastCall, Step.Expired)
            )
            .RegisterWait(
                Step.SecondApproval,
                Decision(Step.SecondApproval, next: Step.Pay).After(settings.Reminder, Step.SecondReminder)
            )
            .Register(
                Step.SecondReminder,
                context => Remind(context, Step.SecondLastCall),
                to: [Step.SecondLastCall]
            )
            .RegisterWait(
                Step.SecondLastCall,
                Decision(Step.SecondLastCall, next: Step.Pay).After(settings.LastCall, Step.Expired)
            )
            .Register(Step.Pay, PayAsync, to: [Step.Paid])
            // They fail, so that what was completed is undone; once, since a refusal stays a refusal.
            .Register(Step.Refused, Refused, TaskConfig.Minimal)
            .Register(Step.Expired, Expired, TaskConfig.Minimal)
            .AddExitState(Step.Paid);

    private Wait<Step> Decision(Step here, Step next) =>
        Wait.For<Step>()
            .On(Approve, (context, approval) => Approved(context, approval, here, next), to: [next, here])
            .On(Refuse, RefusedBy, to: [Step.Refused]);

    private Step Approved(TaskContext context, Approval approval, Step here, Step next)
    {
        var before = context.Store.GetOr<string[]>(ApproversKey, []);
        if (before.Contains(approval.By, Approval.Names))
        {
            // The state is entered again, and waits with the whole time.
            tell($"{context.RunId}: {approval.By} has approved already; somebody else must, too");
            return here;
        }

        tell($"{context.RunId}: {approval.By} approved");
        context.Store.Put<string[]>(ApproversKey, [.. before, approval.By]);
        return next;
    }

    private Step RefusedBy(TaskContext context, Refusal refusal)
    {
        tell($"{context.RunId}: {refusal.By} refused");
        context.Store.Put(RefusedByKey, refusal.By);
        return Step.Refused;
    }

    /// <summary>A process that dies before the next row is written reminds once more when it is
    /// back.</summary>
    private Step Remind(TaskContext context, Step lastCall)
    {
        tell($"{context.RunId}: REMINDER: {Words.Of(context.Input<Expense>())} waits for somebody to decide");
        return lastCall;
    }

    private static Task<(Step, decimal)> Accept(TaskContext context, CancellationToken cancellationToken) =>
        Task.FromResult((Step.Reserve, context.Input<Expense>().Amount));

    private async Task TakeBackAsync(TaskContext context, decimal amount, CancellationToken cancellationToken)
    {
        if (await bank.SettleAsync(context.RunId, amount, context.EffectKey, cancellationToken))
            tell($"{context.RunId}: the money is back");
    }

    private async Task<Step> ReserveAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var amount = context.Input<Expense>().Amount;
        await bank.ReserveAsync(context.RunId, amount, context.EffectKey, cancellationToken);
        return Step.FirstApproval;
    }

    private async Task<Step> PayAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var amount = context.Input<Expense>().Amount;
        await bank.PayAsync(context.RunId, amount, context.EffectKey, cancellationToken);
        return Step.Paid;
    }

    private static Step Refused(TaskContext context) =>
        throw new NotPaidException($"{context.Store.Get<string>(RefusedByKey)} refused");

    private static Step Expired(TaskContext context) => throw new NotPaidException("nobody decided in time");
}
