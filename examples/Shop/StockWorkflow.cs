namespace Cano.Examples.Shop;

/// <summary>The goods are reserved, and packed after a while.</summary>
public sealed class StockWorkflow(Warehouse warehouse, TimeSpan packing)
{
    public Workflow<StockStep> Workflow() =>
        Cano
            .Workflow.Bare<StockStep>()
            .WithName("stock")
            .Accepts<PickList>()
            .Returns<string>()
            .RegisterWithCompensation(
                StockStep.Reserve,
                ReserveAsync,
                (context, id, token) => warehouse.TakeBackAsync(id, context.EffectKey, token),
                // Once: what is out of stock stays so for now.
                TaskConfig.Minimal,
                to: [StockStep.Packing],
                undo: TaskConfig.Default
            )
            .RegisterTimer(StockStep.Packing, packing, StockStep.Packed)
            .AddExitState(StockStep.Packed);

    private async Task<(StockStep, string)> ReserveAsync(TaskContext context, CancellationToken token)
    {
        var list = context.Input<PickList>();
        context.SetOutput(await warehouse.ReserveAsync(list, context.EffectKey, token));
        return (StockStep.Packing, list.OrderId);
    }
}
