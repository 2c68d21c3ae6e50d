using System.Globalization;

namespace Cano.Examples.Worker;

/// <summary>A gauge may take its time, or be out of order for a while.</summary>
public sealed class ReadGauge(IGauge gauge) : ITask<Step>
{
    public TaskConfig Config => TaskConfig.Default.WithExponentialRetry(5);

    public async ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        context.Store.Put("value", await gauge.ReadAsync(cancellationToken));
        return Step.Keep;
    }
}

/// <summary>Its effect key is the same when it runs again after a crash: the reading is kept once.</summary>
public sealed class KeepReading(Archive archive) : ITask<Step>
{
    public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var value = context.Store.Get<double>("value");
        archive.Keep(context.EffectKey, value.ToString(CultureInfo.InvariantCulture));
        return new(Step.Done);
    }
}

public sealed class WriteReport(Archive archive) : ITask<Step>
{
    public ValueTask<Step> RunAsync(TaskContext context, CancellationToken cancellationToken)
    {
        archive.Keep(context.EffectKey, $"{archive.Count} lines so far");
        return new(Step.Done);
    }
}
