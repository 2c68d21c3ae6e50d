using Cano.Cluster.Servers;
using Cano.Testing;

namespace Cano.Cluster.Stores;

/// <summary>The store in PostgreSQL keeps what every store promises.</summary>
public sealed class PostgresContractTests
{
    public static TheoryData<StoreCase> Cases => [.. CheckpointStoreContract.Cases];

    [PostgresTheory]
    [MemberData(nameof(Cases))]
    [Trait("ID", "E1")]
    [Trait("ID", "E2")]
    [Trait("ID", "E3")]
    [Trait("ID", "E4")]
    [Trait("ID", "E5")]
    [Trait("ID", "E6")]
    [Trait("ID", "E8")]
    [Trait("ID", "E13")]
    [Trait("ID", "U1")]
    [Trait("ID", "U2")]
    [Trait("ID", "U5")]
    [Trait("ID", "X1")]
    [Trait("ID", "Y15")]
    [Trait("ID", "Y21")]
    public async Task The_store_in_PostgreSQL_keeps_its_promises(StoreCase promise)
    {
        await using var schema = await PostgresSchema.CreateAsync();
        await promise.RunAsync(async () => await schema.OpenAsync());
    }
}
