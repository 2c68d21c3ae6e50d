using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cano.Integration.Hosting;

/// <summary>What a host's engine is told, by configuration and by code.</summary>
public sealed class HostOptionsTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "X14")]
    public void The_section_of_the_configuration_gives_what_code_does_not()
    {
        var options = OptionsOf(
            services => services.AddCano(),
            ("Journal", "here"),
            ("Retention", "last 10"),
            ("ResumeOnStart", "false"),
            ("ResumeConcurrency", "3"),
            ("SuspendGrace", "00:00:02")
        );
        Assert.Equal("here", options.Journal);
        Assert.Equal(Retention.KeepLast(10), options.Retention);
        Assert.False(options.ResumeOnStart);
        Assert.Equal(3, options.ResumeConcurrency);
        Assert.Equal(TimeSpan.FromSeconds(2), options.SuspendGrace);
    }

    [Fact]
    [Trait("ID", "X14")]
    public void Code_wins_over_the_configuration()
    {
        var options = OptionsOf(
            services =>
            {
                services.Configure<CanoHostOptions>(given => given.Journal = "there");
                services.AddCano(given =>
                {
                    given.Retention = Retention.Keep;
                    given.SuspendGrace = TimeSpan.FromSeconds(3);
                });
                services.AddCano(cano => cano.ResumeOnStart(7));
            },
            ("Journal", "here"),
            ("Retention", "clear"),
            ("ResumeOnStart", "false"),
            ("SuspendGrace", "00:00:02")
        );
        Assert.Equal(Retention.Keep, options.Retention);
        Assert.Equal("there", options.Journal);
        Assert.Equal((true, 7), (options.ResumeOnStart, options.ResumeConcurrency));
        Assert.Equal(TimeSpan.FromSeconds(3), options.SuspendGrace);
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task What_the_options_say_wrong_stops_the_start_and_all_of_it_is_told()
    {
        var settings = Settings(
            ("ResumeConcurrency", "0"),
            ("SuspendGrace", "00:01:00"),
            ("Retention", "for ever"),
            ("ResumeOnStart", "perhaps")
        );
        await using var host = new TestHost(services => services.AddCano(), settings);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(host.StartedAsync);
        Assert.Equal(
            [
                "Cano:Retention is 'for ever', which is no Retention",
                "Cano:ResumeOnStart is 'perhaps', which is no Boolean",
                "ResumeConcurrency is 0: give at least 1",
                "SuspendGrace is 00:01:00, and the host is given 00:00:30 to shut down: give a shorter grace, or a longer HostOptions.ShutdownTimeout",
            ],
            refused.Failures
        );
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task A_misspelt_option_stops_the_start_and_what_a_program_keeps_beneath_is_its_own()
    {
        var settings = Settings(("Retentoin", "keep"), ("Orders:Bank", "north"));
        await using var host = new TestHost(services => services.AddCano(), settings);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(host.StartedAsync);
        Assert.Equal(
            [
                "Cano:Retentoin is no option: those are Journal, Retention, ResumeOnStart, ResumeConcurrency, SuspendGrace",
            ],
            refused.Failures
        );
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task A_longer_grace_fits_into_a_longer_shutdown()
    {
        await using var host = new TestHost(services =>
        {
            services.AddCano(given => given.SuspendGrace = TimeSpan.FromMinutes(1));
            services.Configure<HostOptions>(given => given.ShutdownTimeout = TimeSpan.FromMinutes(2));
        });
        await host.StartedAsync();
        Assert.Contains(
            host.Logger.Informations,
            text =>
                text.Contains("00:01:00", StringComparison.Ordinal)
                && text.Contains("00:02:00", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task Two_stores_are_refused_at_the_start()
    {
        await using var host = new TestHost(services =>
            services.AddCano(cano =>
                cano.UseFasterCheckpoints(_folder.Path).UseCheckpointStore(new MemoryCheckpointStore())
            )
        );
        var error = await Failures.OfAsync(host.StartedAsync());
        Assert.Equal("configuration", error.Category);
        Assert.Equal(
            $"An engine has one journal, and 2 are given: the journal '{_folder.Path}', a store of UseCheckpointStore",
            Assert.Single(error.Problems)
        );
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task A_journal_of_the_options_in_code_and_a_store_are_two_of_the_configuration_are_not()
    {
        var store = new MemoryCheckpointStore();
        await using var two = new TestHost(services =>
            services.AddCano(given => given.Journal = _folder.Path).UseCheckpointStore(store)
        );
        Assert.Equal("configuration", (await Failures.OfAsync(two.StartedAsync())).Category);

        var settings = Settings(("Journal", _folder.File("never")));
        await using var one = new TestHost(
            services => services.AddCano().UseCheckpointStore(store),
            settings
        );
        await one.StartedAsync();
        Assert.False(Directory.Exists(_folder.File("never")));
        Assert.DoesNotContain(one.Logger.Warnings, IsOfNoJournal);
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task Without_a_journal_there_is_a_warning()
    {
        await using var host = new TestHost(services => services.AddCano());
        await host.StartedAsync();
        Assert.Single(host.Logger.Warnings, IsOfNoJournal);
    }

    [Fact]
    [Trait("ID", "X14")]
    public async Task The_engine_has_clock_logger_observers_and_retention_of_container_and_options()
    {
        var time = new Cano.Testing.VirtualTime();
        var (mine, others) = (new Cano.Testing.RecordingObserver(), new Cano.Testing.RecordingObserver());
        await using var host = new TestHost(
            services =>
            {
                services.AddSingleton<IWorkflowObserver>(others);
                services
                    .AddCano(given =>
                        given.Engine = new CanoEngineOptions
                        {
                            Observers = [mine],
                            Retention = Retention.KeepLast(1),
                        }
                    )
                    .UseCheckpointStore(new MemoryCheckpointStore())
                    .AddWorkflow<Stage>(
                        "orders",
                        workflow => workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End)
                    );
            },
            Settings(("Retention", "keep")),
            time
        );
        await host.StartedAsync();
        foreach (var id in new[] { "a", "b" })
            await host.Workflow.OrchestrateAsync(Stage.Start, id).Soon();
        var kept = await host.Engine.ListAsync().ToListAsync();
        Assert.Equal("b", Assert.Single(kept).RunId);
        Assert.Equal(time.GetUtcNow(), kept[0].StartedAt);
        Assert.Equal(2, mine.StatesEntered.Count(state => state == "Start"));
        Assert.Equal(mine.StatesEntered, others.StatesEntered);
    }

    private static bool IsOfNoJournal(string text) =>
        text.StartsWith("No journal is given", StringComparison.Ordinal);

    private static CanoHostOptions OptionsOf(
        Action<IServiceCollection> build,
        params (string Key, string Value)[] settings
    ) =>
        new TestHost(build, Settings(settings))
            .Services.GetRequiredService<IOptions<CanoHostOptions>>()
            .Value;

    private static Dictionary<string, string?> Settings(params (string Key, string Value)[] settings) =>
        settings.ToDictionary(setting => $"Cano:{setting.Key}", setting => (string?)setting.Value);
}
