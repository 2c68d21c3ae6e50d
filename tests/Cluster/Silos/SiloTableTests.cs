using System.Net;
using Cano.Cluster.Servers;
using Cano.Cluster.Stores;
using Cano.Orleans.Silos;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Cano.Cluster.Silos;

/// <summary>The membership of silos, by the rules of Orleans' protocol.</summary>
public sealed class SiloTableTests
{
    private static readonly DateTime s_start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task What_is_written_is_read_and_each_change_is_a_version()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var table = await TableAsync(store);
        var (one, other) = (Silo(1), Silo(2));
        Assert.True(await table.InsertRow(one, Next(await table.ReadAll())));
        Assert.True(await table.InsertRow(other, Next(await table.ReadAll())));
        one.Status = SiloStatus.Active;
        one.AddSuspector(other.SiloAddress, s_start.AddSeconds(5));
        var read = await table.ReadRow(one.SiloAddress);
        Assert.True(await table.UpdateRow(one, EtagOf(read, one), Next(read)));
        var all = await table.ReadAll();
        Assert.Equal(3, all.Version.Version);
        Assert.Equal(2, all.Members.Count);
        var found = all.TryGet(one.SiloAddress)!.Item1;
        Assert.Equal(one.ToFullString(), found.ToFullString());
        Assert.Equal((one.ProxyPort, one.HostName), (found.ProxyPort, found.HostName));
        Assert.Equal((s_start, s_start), (found.StartTime, found.IAmAliveTime));
    }

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task What_was_read_too_early_changes_nothing()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var table = await TableAsync(store);
        var (one, other) = (Silo(1), Silo(2));
        var before = await table.ReadAll();
        Assert.True(await table.InsertRow(one, Next(before)));
        Assert.False(await table.InsertRow(other, Next(before)));
        var now = await table.ReadAll();
        Assert.False(await table.InsertRow(one, Next(now)));
        Assert.False(await table.UpdateRow(other, "1", Next(now)));
        Assert.False(await table.UpdateRow(one, "7", Next(now)));
        Assert.False(await table.UpdateRow(one, EtagOf(now, one), now.Version));
        var after = await table.ReadAll();
        Assert.Equal(now.Version, after.Version);
        Assert.Equal(SiloStatus.Joining, Assert.Single(after.Members).Item1.Status);
    }

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task Of_many_who_have_read_the_same_one_changes_it()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var table = await TableAsync(store);
        var before = await table.ReadAll();
        var inserted = await Task.WhenAll(
            Enumerable.Range(1, 20).Select(n => table.InsertRow(Silo(n), Next(before)))
        );
        Assert.Single(inserted, isDone => isDone);
        Assert.Single((await table.ReadAll()).Members);
    }

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task A_sign_of_life_is_no_change_and_no_vote_takes_it_back()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var table = await TableAsync(store);
        var one = Silo(1);
        await table.InsertRow(one, Next(await table.ReadAll()));
        var before = await table.ReadAll();
        var alive = Silo(1);
        alive.IAmAliveTime = s_start.AddMinutes(1);
        await table.UpdateIAmAlive(alive);
        var after = await table.ReadAll();
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(EtagOf(before, one), EtagOf(after, one));
        Assert.True(await table.UpdateRow(one, EtagOf(after, one), Next(after)));
        var found = (await table.ReadRow(one.SiloAddress)).TryGet(one.SiloAddress)!.Item1;
        Assert.Equal(alive.IAmAliveTime, found.IAmAliveTime);
    }

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task The_long_dead_are_forgotten_and_a_cluster_knows_nothing_of_another()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var (table, others) = (await TableAsync(store), await TableAsync(store, "others"));
        var (dead, alive) = (Silo(1), Silo(2));
        (dead.Status, alive.Status) = (SiloStatus.Dead, SiloStatus.Active);
        foreach (var silo in new[] { dead, alive })
        foreach (var its in new[] { table, others })
            await its.InsertRow(silo, Next(await its.ReadAll()));
        await table.CleanupDefunctSiloEntries(new(s_start));
        Assert.Equal(2, (await table.ReadAll()).Members.Count);
        await table.CleanupDefunctSiloEntries(new(s_start.AddSeconds(1)));
        Assert.Equal(alive.SiloAddress, Assert.Single((await table.ReadAll()).Members).Item1.SiloAddress);
        await table.DeleteMembershipTableEntries("orders");
        Assert.Empty((await table.ReadAll()).Members);
        Assert.Equal(2, (await others.ReadAll()).Members.Count);
    }

    [PostgresFact]
    [Trait("ID", "Z55")]
    public async Task Clients_are_told_of_active_silos_that_take_them_in()
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        var table = await TableAsync(store);
        var (active, joining, closed) = (Silo(1), Silo(2), Silo(3));
        (active.Status, closed.Status, closed.ProxyPort) = (SiloStatus.Active, SiloStatus.Active, 0);
        foreach (var silo in new[] { active, joining, closed })
            await table.InsertRow(silo, Next(await table.ReadAll()));
        var gateways = await new GatewayList(store.Database, Cluster("orders")).GetGateways();
        var gateway = Assert.Single(gateways);
        Assert.Equal((active.SiloAddress.Endpoint.Address.ToString(), 30001), (gateway.Host, gateway.Port));
    }

    private static async Task<SiloTable> TableAsync(PostgresCheckpointStore store, string cluster = "orders")
    {
        var table = new SiloTable(store.Database, Cluster(cluster));
        // Whoever comes second changes nothing.
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        await table.InitializeMembershipTable(tryInitTableVersion: true);
        return table;
    }

    private static IOptions<ClusterOptions> Cluster(string id) =>
        Options.Create(new ClusterOptions { ClusterId = id });

    private static TableVersion Next(MembershipTableData read) => read.Version.Next();

    private static string EtagOf(MembershipTableData read, MembershipEntry silo) =>
        read.TryGet(silo.SiloAddress)!.Item2;

    private static MembershipEntry Silo(int n) =>
        new()
        {
            SiloAddress = SiloAddress.New(IPAddress.Loopback, 10000 + n, n),
            Status = SiloStatus.Joining,
            SiloName = $"silo-{n}",
            HostName = $"host-{n}",
            ProxyPort = 30000 + n,
            StartTime = s_start,
            IAmAliveTime = s_start,
            SuspectTimes = [],
        };
}
