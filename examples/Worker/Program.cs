// A worker that reads gauges on a schedule, keeps what they say and reports once a day. Stop it or kill it
// when you like: no reading is lost, and none is kept twice. README.md says how it runs under systemd.
using Cano.Examples.Worker;
using Microsoft.Extensions.Hosting;

if (args.Intersect(["-h", "--help"]).Any())
{
    Console.WriteLine(Settings.Usage);
    return 0;
}

if (Settings.UnknownOf(args) is { } unknown)
{
    Console.Error.WriteLine($"Worker: what is '{unknown}'? See --help");
    return 2;
}

using var host = Station.Builder(args).Build();
await host.RunAsync();
return 0;
