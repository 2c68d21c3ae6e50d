namespace Cano.Examples.Shop;

/// <summary>The card is charged, and after a while the bank has cleared it.</summary>
public sealed class PaymentWorkflow(Bank bank, TimeSpan clearing)
{
    public Workflow<PaymentStep> Workflow() =>
        Cano
            .Workflow.Bare<PaymentStep>()
            .WithName("payment")
            .Accepts<Bill>()
            .Returns<string>()
            .RegisterWithCompensation(
                PaymentStep.Charge,
                ChargeAsync,
                (context, id, token) => bank.TakeBackAsync(id, context.EffectKey, token),
                // Once: a card that is declined stays declined.
                TaskConfig.Minimal,
                to: [PaymentStep.Clearing],
                undo: TaskConfig.Default
            )
            .RegisterTimer(PaymentStep.Clearing, clearing, PaymentStep.Paid)
            .AddExitState(PaymentStep.Paid);

    private async Task<(PaymentStep, string)> ChargeAsync(TaskContext context, CancellationToken token)
    {
        var bill = context.Input<Bill>();
        context.SetOutput(await bank.ChargeAsync(bill, context.EffectKey, token));
        return (PaymentStep.Clearing, bill.OrderId);
    }
}
