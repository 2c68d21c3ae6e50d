namespace Cano.Examples.Shop;

/// <summary>How an order goes: it is paid, packed and shipped at once, and confirmed when all three went
/// well. When one fails, or somebody cancels, it goes back as a whole.</summary>
/// <remarks>Of a child that is under way then the engine has the end first: it is cancelled, and undoes
/// itself. What a child that had ended well did stands until somebody takes it back. That is the
/// compensation of the first step, which is undone last and asks each partner what there is.</remarks>
public sealed class OrderWorkflow(Partners partners, TimeSpan pace)
{
    public const string Name = "order";

    // They stand in the ids of the children.
    private const string Payment = "payment";
    private const string Stock = "stock";
    private const string Shipping = "shipping";

    public Workflow<OrderStep> Workflow() =>
        Cano
            .Workflow.Bare<OrderStep>()
            .WithName(Name)
            .Accepts<Order>()
            .Returns<Receipt>()
            .RegisterWithCompensation(
                OrderStep.Accept,
                (context, _) => Task.FromResult((OrderStep.Fulfil, context.RunId)),
                (context, id, token) => partners.TakeBackAsync(id, context.EffectKey, token),
                to: [OrderStep.Fulfil],
                undo: TaskConfig.Default
            )
            .RegisterChildren(
                OrderStep.Fulfil,
                [
                    ChildRun.Of(
                        Payment,
                        new PaymentWorkflow(partners.Bank, 3 * pace).Workflow(),
                        PaymentStep.Charge,
                        BillOf
                    ),
                    ChildRun.Of(
                        Stock,
                        new StockWorkflow(partners.Warehouse, pace).Workflow(),
                        StockStep.Reserve,
                        PickListOf
                    ),
                    ChildRun.Of(
                        Shipping,
                        new ShippingWorkflow(partners.Carriers, 2 * pace).Workflow(),
                        ShippingStep.Asking,
                        ParcelOf
                    ),
                ],
                // It fails at the first that fails: then the others are not waited for.
                JoinStrategy.All,
                Confirm,
                to: [OrderStep.Confirmed]
            )
            .AddExitState(OrderStep.Confirmed);

    private static OrderStep Confirm(TaskContext context, ChildEnds ends)
    {
        context.SetOutput(
            new Receipt(
                ends.Of<PaymentStep>(Payment).Output<string>(),
                ends.Of<StockStep>(Stock).Output<string>(),
                ends.Of<ShippingStep>(Shipping).Output<string>()
            )
        );
        return OrderStep.Confirmed;
    }

    private static Bill BillOf(TaskContext context)
    {
        var order = context.Input<Order>();
        return new(context.RunId, order.Card, Catalogue.PriceOf(order.Items));
    }

    private static PickList PickListOf(TaskContext context) =>
        new(context.RunId, context.Input<Order>().Items);

    private static Parcel ParcelOf(TaskContext context) => new(context.RunId, context.Input<Order>().Address);
}
