using Cano.Testing;

namespace Cano.Integration.Guides;

/// <summary>A task of a class of its own, as docs/testing.md shows it.</summary>
internal sealed class ChargeCard : ICompensatableTask<Step, string>
{
    public ValueTask<(Step Next, string Output)> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        context.Get<CompensationLedger>("bank").Do(context);
        context.Store.Put("charged", true);
        return new((Step.Ship, context.EffectKey));
    }

    public ValueTask CompensateAsync(TaskContext context, string output, CancellationToken cancellationToken)
    {
        context.Get<CompensationLedger>("bank").Undo("Charge", output);
        return default;
    }
}
