using Cano.Cluster.Servers;
using Cano.Cluster.Silos;
using Cano.Cluster.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cano.Cluster.Guides;

/// <summary>The snippets of docs/scaling.md.</summary>
public sealed class ScalingGuideTests
{
    [PostgresFact]
    [Trait("ID", "Z25")]
    public async Task A_program_changes_a_line()
    {
        using var server = await PostgresServer.StartAsync();
        var connection = server.ConnectionString;
        // await using var engine = await CanoEngine.OpenAsync("journal");
        await using var store = await PostgresCheckpointStore.OpenAsync(connection);
        await using var engine = await CanoEngine.OpenAsync(store);

        var orders = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithName("orders");
        engine.Add(orders);
        var run = await engine.StartAsync(orders, Stage.Start, "order-1");
        Assert.Equal(Stage.End, await run.Completion().Soon());
        await using var source = NpgsqlDataSource.Create(connection);
        await using var rows = source.CreateCommand("select count(*) from cano.run_row");
        Assert.Equal(3L, await rows.ExecuteScalarAsync());
    }

    [PostgresFact]
    [Trait("ID", "X23"), Trait("ID", "Z25")]
    public async Task A_host_opens_the_store_and_closes_it()
    {
        using var server = await PostgresServer.StartAsync();
        var connection = server.ConnectionString;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        var services = builder.Services;
        services.AddCano().UseCheckpointStore(_ => PostgresCheckpointStore.OpenAsync(connection));
        services
            .AddCano()
            .AddWorkflow<Stage>(
                "orders",
                orders => orders.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End)
            );
        using var host = builder.Build();
        await host.StartAsync().Soon();
        var engine = host.Services.GetRequiredService<CanoEngine>();
        var orders = host.Services.GetRequiredService<Workflow<Stage>>();
        var run = await engine.StartAsync(orders, Stage.Start, "order-1").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        await host.StopAsync().Soon();
        await using var source = NpgsqlDataSource.Create(connection);
        await using var nodes = source.CreateCommand("select count(*) from cano.node");
        Assert.Equal(0L, await nodes.ExecuteScalarAsync());
    }

    [PostgresFact]
    [Trait("ID", "Z50")]
    public async Task A_host_has_a_silo()
    {
        using var server = await PostgresServer.StartAsync();
        var connection = server.ConnectionString;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<EndpointOptions>(SiloHost.SetEndpoints);
        await using var store = await PostgresCheckpointStore.OpenAsync(connection);
        builder.UseOrleans(silo => silo.UseCano(store));
        builder.Services.AddCano().UseCheckpointStore(store).AddWorkflow<Stage>("orders", Build);

        using var host = builder.Build();
        await host.StartAsync();
        var orders = host.Services.GetRequiredService<Workflow<Stage>>();
        var engine = host.Services.GetRequiredService<CanoEngine>();
        var run = await engine.StartAsync(orders, Stage.Start, "order-1");
        Assert.Equal(Stage.End, await run.Completion().Soon());
        await using var source = NpgsqlDataSource.Create(connection);
        // The node has said which silo it is.
        await using var rows = source.CreateCommand("select count(*) from cano.silo_node");
        Assert.Equal(1L, await rows.ExecuteScalarAsync());
        await host.StopAsync();

        static Workflow<Stage> Build(Workflow<Stage> workflow) =>
            workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);
    }

    [PostgresFact]
    [Trait("ID", "Z26")]
    public async Task A_journal_moves()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await using var journal = new MemoryCheckpointStore();
        await journal.ReleaseAsync("order-1", await journal.BeginAsync("order-1", PostgresRows.Entered(0)));

        var report = await JournalCopy.RunAsync(journal, store);
        Assert.Equal("1 runs copied, 1 rows written, 0 left out", report.ToString());
    }

    [PostgresFact]
    [Trait("ID", "Z27")]
    public async Task A_task_writes_to_the_programs_own_tables_once()
    {
        using var server = await PostgresServer.StartAsync();
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using (
            var create = source.CreateCommand(
                "create table payment (receipt bigint generated always as identity, order_id text)"
            )
        )
            await create.ExecuteNonQueryAsync();
        await using var store = await PostgresCheckpointStore.OpenAsync(source);
        await using var engine = await CanoEngine.OpenAsync(store);
        var orders = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(Stage.Start, PayAsync)
            .AddExitState(Stage.End);
        engine.Add(orders);
        var run = await engine.StartAsync(orders, Stage.Start, "order-1");
        Assert.Equal(1, await run.OutputAsync<long>().Soon());

        async Task<Stage> PayAsync(TaskContext context, CancellationToken token)
        {
            var receipt = await context.Transactional(
                async (connection, _) =>
                {
                    const string Text = "insert into payment (order_id) values ($1) returning receipt";
                    await using var pay = new NpgsqlCommand(Text, connection);
                    pay.Parameters.AddWithValue(context.RunId);
                    return (long)(await pay.ExecuteScalarAsync(token))!;
                },
                cancellationToken: token
            );
            context.SetOutput(receipt);
            return Stage.End;
        }
    }
}
