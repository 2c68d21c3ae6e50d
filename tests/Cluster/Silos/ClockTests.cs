using Cano.Cluster.Servers;
using Cano.Cluster.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Cluster.Silos;

/// <summary>A silo whose clock is wrong would throw others out.</summary>
public sealed class ClockTests
{
    [PostgresTheory]
    [InlineData(15, "ahead of")]
    [InlineData(-15, "behind")]
    [InlineData(3600, "ahead of")]
    [Trait("ID", "Z54")]
    public async Task A_host_does_not_start_whose_clock_is_off(int seconds, string how)
    {
        await using var schema = await PostgresSchema.CreateAsync();
        var time = new ShiftedTime { Shift = TimeSpan.FromSeconds(seconds) };
        var refused = await Assert.ThrowsAnyAsync<CanoException>(() =>
            SiloHost.StartAsync(schema, time: time).Soon()
        );
        Assert.Equal("configuration", refused.Error.Category);
        Assert.Contains($"{how} the database's", refused.Error.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await schema.AskAsync<long>("select count(*) from cano.silo"));
    }

    [PostgresFact]
    [Trait("ID", "Z54")]
    public async Task A_clock_that_goes_wrong_later_is_told_as_unhealthy_until_it_is_right()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        var time = new ShiftedTime();
        await using var silo = await SiloHost.StartAsync(schema, time: time);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(silo));
        time.Shift = TimeSpan.FromSeconds(9);
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(silo));
        time.Shift = TimeSpan.FromSeconds(-12);
        Assert.Equal(HealthStatus.Unhealthy, await StatusAsync(silo));
        time.Shift = TimeSpan.Zero;
        Assert.Equal(HealthStatus.Healthy, await StatusAsync(silo));
    }

    private static async Task<HealthStatus> StatusAsync(SiloHost silo)
    {
        var health = silo.Services.GetRequiredService<HealthCheckService>();
        var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready"));
        return report.Entries[CanoOrleansExtensions.ClockCheckName].Status;
    }

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
