// Three nodes over one PostgreSQL, each a process of its own, to be killed at will. `--help` says more.
using Cano.Cluster.Servers;
using Cano.Examples.Nodes;

switch (args)
{
    case ["node", var name, var connection]:
        return await Node.RunAsync(name, connection);
    case [not ("-h" or "--help") and not ['-', ..] and var connection]:
        await using (var cluster = new NodeCluster(connection, Console.Out))
            return await cluster.RunAsync(Console.In);
    case [] when PostgresPrograms.Folder is not null:
        using (var server = await PostgresServer.StartAsync())
        await using (var cluster = new NodeCluster(server.ConnectionString, Console.Out))
            return await cluster.RunAsync(Console.In);
    default:
        Console.Error.WriteLine(
            """
            Three nodes over one PostgreSQL work on twelve runs; kill them, and the others go on.

            Usage: Cano.Examples.Cluster [CONNECTION]

              CONNECTION   as Npgsql takes it: "Host=localhost;Username=cano;Database=cano"; the runs are kept in
                           the schema cano_example. Without it a PostgreSQL is started that ends with the program,
                           where one is installed (Debian's package `postgresql`)

            Then type:  kill N    node N dies as by kill -9
                        start N   it comes back
                        quit      all end in order
            """
        );
        return args is ["-h" or "--help"] ? 0 : 2;
}
