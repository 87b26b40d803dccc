#include "core/decode/threads.h"

#include <algorithm>
#include <thread>

#if defined(__linux__)
#include <sched.h>

#include <fstream>
#include <set>
#include <string>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace lager {

int32_t physical_cores() {
    const auto logical = static_cast<int32_t>(std::max(1u, std::thread::hardware_concurrency()));
#if defined(__linux__)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) {
        return logical;
    }
    // Each core is known by the list of its hyper-threads.
    std::set<std::string> cores;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &allowed)) {
            continue;
        }
        std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list");
        std::string siblings;
        if (!std::getline(file, siblings)) {
            siblings = "cpu" + std::to_string(cpu);
        }
        cores.insert(siblings);
    }
    return cores.empty() ? logical : static_cast<int32_t>(cores.size());
#elif defined(__APPLE__)
    // Efficiency cores would hold the others up at every barrier.
    for (const char * name : {"hw.perflevel0.physicalcpu", "hw.physicalcpu"}) {
        int32_t count = 0;
        size_t size = sizeof(count);
        if (sysctlbyname(name, &count, &size, nullptr, 0) == 0 && count > 0) {
            return count;
        }
    }
    return logical;
#else
    return logical;
#endif
}

}  // namespace lager
