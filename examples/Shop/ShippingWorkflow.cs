namespace Cano.Examples.Shop;

/// <summary>Carriers are asked, which takes a while, and one is booked if one goes there.</summary>
public sealed class ShippingWorkflow(Carriers carriers, TimeSpan asking)
{
    public Workflow<ShippingStep> Workflow() =>
        Cano
            .Workflow.Bare<ShippingStep>()
            .WithName("shipping")
            .Accepts<Parcel>()
            .Returns<string>()
            .RegisterTimer(ShippingStep.Asking, asking, ShippingStep.Book)
            .RegisterWithCompensation(
                ShippingStep.Book,
                BookAsync,
                (context, id, token) => carriers.TakeBackAsync(id, context.EffectKey, token),
                // Once: where no carrier goes none will go.
                TaskConfig.Minimal,
                to: [ShippingStep.Booked],
                undo: TaskConfig.Default
            )
            .AddExitState(ShippingStep.Booked);

    private async Task<(ShippingStep, string)> BookAsync(TaskContext context, CancellationToken token)
    {
        var parcel = context.Input<Parcel>();
        context.SetOutput(await carriers.BookAsync(parcel, context.EffectKey, token));
        return (ShippingStep.Booked, parcel.OrderId);
    }
}
