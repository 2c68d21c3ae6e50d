using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using Cano.Examples.Orders;

namespace Cano.Integration.Examples;

/// <summary>The service as a process: started, stopped and started again.</summary>
[Collection(StartsProcesses.Name)]
public sealed class OrdersServiceTests : IDisposable
{
    private const string Listening = "Now listening on: ";
    private const int Terminate = 15;

    private static readonly Uri s_orders = new("/orders", UriKind.Relative);
    private static readonly Order s_order = new("order-17", "ada", "lamp", 2, 4200);

    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "S4"), Trait("ID", "X19"), Trait("ID", "X21")]
    public async Task An_order_that_a_stop_finds_under_way_has_its_receipt_behind_the_next_start()
    {
        using (var first = await StartedAsync(pace: "60000"))
        {
            var placed = await first.Http.PostAsJsonAsync(s_orders, s_order).Soon();
            Assert.Equal(HttpStatusCode.Accepted, placed.StatusCode);
            Assert.Contains(
                "\"status\":\"Healthy\"",
                await TextAsync(first, "/health/ready"),
                StringComparison.Ordinal
            );
            Assert.Contains(
                "\"status\":\"Healthy\"",
                await TextAsync(first, "/health/live"),
                StringComparison.Ordinal
            );
            Assert.Contains(
                "/orders/{id}/receipt",
                await TextAsync(first, "/openapi/v1.json"),
                StringComparison.Ordinal
            );
            Assert.Contains("scalar", await TextAsync(first, "/scalar"), StringComparison.OrdinalIgnoreCase);
            await first.StopAsync();
        }

        using var second = await StartedAsync(pace: "0");
        var receipt = await second
            .Http.GetFromJsonAsync<Receipt>(new Uri("/orders/order-17/receipt?wait=true", UriKind.Relative))
            .Soon();
        Assert.Equal(4200, receipt!.Cents);
        await second.StopAsync();
        Assert.Single(await File.ReadAllLinesAsync(_folder.File("bank.tsv")));
    }

    [Fact]
    [Trait("ID", "R18")]
    public async Task It_sends_what_it_tells_of_itself_where_a_variable_says()
    {
        await using var collector = await Collector.OpenAsync();
        using (
            var service = await StartedAsync(
                pace: "0",
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_SERVICE_NAME", "orders-of-a-test")
            )
        )
        {
            await service.Http.PostAsJsonAsync(s_orders, s_order).Soon();
            await TextAsync(service, "/orders/order-17/receipt?wait=true");
            await service.StopAsync();
        }

        foreach (var what in (string[])["POST /orders", "run orders", "state Pay", "attempt Pay", "order-17"])
            Assert.Contains(what, collector.Told("/v1/traces"), StringComparison.Ordinal);
        foreach (var what in (string[])["cano.runs.started", "cano.journal.rows", "orders-of-a-test"])
            Assert.Contains(what, collector.Told("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("task {Task} succeeded", collector.Told("/v1/logs"), StringComparison.Ordinal);
    }

    private static Task<string> TextAsync(Process process, string path) =>
        process.Http.GetStringAsync(new Uri(path, UriKind.Relative)).Soon();

    private async Task<Process> StartedAsync(string pace, params (string Name, string Value)[] variables)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "Cano.Examples.Orders.dll"),
            "--urls",
            "http://127.0.0.1:0",
            "--Cano:Journal",
            _folder.File("journal"),
            "--Orders:Books",
            _folder.Path,
            "--Orders:Pace",
            pace,
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var started = new Process(System.Diagnostics.Process.Start(start)!);
        await started.ListensAsync().Soon();
        return started;
    }

    private sealed class Process(System.Diagnostics.Process process) : IDisposable
    {
        public HttpClient Http { get; } = new();

        public async Task ListensAsync()
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
                {
                    Http.BaseAddress = new Uri(line[(at + Listening.Length)..]);
                    return;
                }

            Assert.Fail("The service ended before it listened.");
        }

        public async Task StopAsync()
        {
            var rest = process.StandardOutput.ReadToEndAsync();
            Assert.Equal(0, Signal(process.Id, Terminate));
            await process.WaitForExitAsync().Soon();
            Assert.True(process.ExitCode == 0, await rest);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
            Http.Dispose();
        }

        [DllImport("libc", EntryPoint = "kill")]
        private static extern int Signal(int process, int signal);
    }
}
