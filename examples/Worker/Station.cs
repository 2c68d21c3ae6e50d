using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Cano.Examples.Worker;

/// <summary>The worker as a host.</summary>
public static class Station
{
    public static HostApplicationBuilder Builder(params string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        var settings = Settings.Of(key => builder.Configuration[key]);
        builder.Services.AddSystemd();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IGauge, Thermometer>();
        builder.Services.AddSingleton(services => new Archive(settings.Archive));
        // Set up before the first run, torn down behind the last, and asked how it is.
        builder.Services.AddSingleton<IResource>(services => services.GetRequiredService<Archive>());
        builder
            .Services.AddCano(options => options.Journal ??= "data/journal")
            .AddWorkflow<ReadingWorkflow>()
            .AddWorkflow<ReportWorkflow>()
            .AddSchedule((services, schedule) => Flows(services, schedule, settings))
            .AddHealthCheck();
        return builder;
    }

    private static Scheduler Flows(IServiceProvider services, Scheduler schedule, Settings settings) =>
        schedule
            .EverySeconds(
                "readings",
                services.GetRequiredKeyedService<Workflow<Step>>(ReadingWorkflow.FlowName),
                Step.Read,
                settings.Seconds
            )
            .Cron(
                "report",
                services.GetRequiredKeyedService<Workflow<Step>>(ReportWorkflow.FlowName),
                Step.Report,
                settings.Report
            );
}
