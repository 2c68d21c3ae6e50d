using Cano.Postgres.Connections;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Cano.Orleans.Silos;

/// <summary>The silos that take clients in, by the same table.</summary>
internal sealed class GatewayList(Database database, IOptions<ClusterOptions> options) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => TimeSpan.FromSeconds(5);

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public async Task<IList<Uri>> GetGateways() =>
        await database
            .AskAsync<IList<Uri>>(
                "read gateways",
                async (connection, _) =>
                {
                    var command = connection.Asking(
                        database.Text(SiloStatements.Gateways),
                        options.Value.ClusterId,
                        (short)SiloStatus.Active
                    );
                    await using (command.ConfigureAwait(false))
                    {
                        var gateways = new List<Uri>();
                        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
                        await using (reader.ConfigureAwait(false))
                            while (await reader.ReadAsync().ConfigureAwait(false))
                            {
                                var silo = SiloAddress.FromParsableString(reader.GetString(0));
                                gateways.Add(
                                    SiloAddress
                                        .New(silo.Endpoint.Address, reader.GetInt32(1), silo.Generation)
                                        .ToGatewayUri()
                                );
                            }

                        return gateways;
                    }
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
}
