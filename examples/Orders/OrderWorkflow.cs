namespace Cano.Examples.Orders;

/// <summary>How an order goes, in two versions.</summary>
/// <remarks>Each step gives the partner its effect key, which is the same however often the step is begun: a
/// step that was cut off and runs again is done once. A step counts as completed, and will be undone, when
/// its row is written; one that was cut off before, in an order that is cancelled before it ran again, is
/// what the first step's undo is for: it comes last, and settles with the partners by the order's own
/// id.</remarks>
public static class OrderWorkflow
{
    public const string Name = "orders";

    /// <summary>Accept, reserve, pay, ship.</summary>
    public static Workflow<Step> First(Bank bank, Warehouse warehouse) =>
        Of(bank, warehouse, afterShipping: Step.Done).WithWorkflowVersion(1);

    /// <summary>And thank: paying customers collect points. Orders of the first version go on as they
    /// began.</summary>
    public static Workflow<Step> Second(Bank bank, Warehouse warehouse) =>
        Of(bank, warehouse, afterShipping: Step.Thank)
            .WithWorkflowVersion(2)
            .Register(
                Step.Thank,
                context =>
                {
                    var order = context.Input<Order>();
                    context.SetOutput(ReceiptOf(context, order) with { Points = order.Cents / 100 });
                    return Step.Done;
                }
            );

    private static Workflow<Step> Of(Bank bank, Warehouse warehouse, Step afterShipping) =>
        Workflow
            .Create<Step>(new Resources().Insert("store", MemoryStore.Durable()))
            .WithName(Name)
            .Accepts<Order>()
            .Returns<Receipt>()
            .RegisterWithCompensation(
                Step.Accept,
                (context, _) => Task.FromResult((Step.Reserve, context.Input<Order>().Id)),
                async (context, id, token) =>
                {
                    await warehouse.SettleAsync(id, context.EffectKey, token);
                    await bank.SettleAsync(id, context.EffectKey, token);
                }
            )
            .RegisterWithCompensation(
                Step.Reserve,
                async (context, token) =>
                    (
                        Step.Pay,
                        Kept(
                            context,
                            "reservation",
                            await warehouse.ReserveAsync(context.Input<Order>(), context.EffectKey, token)
                        )
                    ),
                (context, reservation, token) => warehouse.ReleaseAsync(reservation, context.EffectKey, token)
            )
            .RegisterWithCompensation(
                Step.Pay,
                async (context, token) =>
                    (
                        Step.Ship,
                        Kept(
                            context,
                            "payment",
                            await bank.ChargeAsync(context.Input<Order>(), context.EffectKey, token)
                        )
                    ),
                (context, payment, token) => bank.RefundAsync(payment, context.EffectKey, token),
                TaskConfig.Minimal // a card that is declined stays declined
            )
            .RegisterWithCompensation(
                Step.Ship,
                async (context, token) =>
                {
                    var order = context.Input<Order>();
                    var parcel = await warehouse.ShipAsync(order, context.EffectKey, token);
                    Kept(context, "parcel", parcel);
                    context.SetOutput(ReceiptOf(context, order));
                    return (afterShipping, parcel);
                },
                (context, parcel, token) => warehouse.RecallAsync(parcel, context.EffectKey, token)
            )
            .AddExitState(Step.Done);

    /// <summary>Journaled in the same append as the step's completion.</summary>
    private static string Kept(TaskContext context, string key, string number)
    {
        context.Store.Put(key, number);
        return number;
    }

    private static Receipt ReceiptOf(TaskContext context, Order order) =>
        new(
            order.Id,
            order.Cents,
            context.Store.Get<string>("reservation"),
            context.Store.Get<string>("payment"),
            context.Store.Get<string>("parcel")
        );
}
