namespace Cano.Orleans.Hints;

/// <summary>The statements about which silo a node is.</summary>
internal static class NodeStatements
{
    /// <summary>Node $1 is silo $2. What is said of nodes that are gone is forgotten.</summary>
    public const string Say = """
        with gone as (
            delete from cano.silo_node s where not exists (select from cano.node n where n.epoch = s.node)
        )
        insert into cano.silo_node (node, address) values ($1, $2)
        on conflict (node) do update set address = excluded.address
        """;

    public const string Read = "select node, address from cano.silo_node where node > $1";
}
