namespace Cano.Examples.Worker;

/// <summary>Something that tells a number when it is asked.</summary>
public interface IGauge
{
    Task<double> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>A simulated one, which takes a second.</summary>
public sealed class Thermometer(TimeProvider time) : IGauge
{
    public async Task<double> ReadAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
        return Math.Round(15 + 5 * Math.Sin(time.GetUtcNow().TimeOfDay.TotalHours / 24 * 2 * Math.PI), 1);
    }
}
