/* Threads that wait, work and call through a pointer: what debuggers print of them (stacks.sh). */
#define _GNU_SOURCE
#include <pthread.h>
#include <unistd.h>

static volatile unsigned long turns;

static void __attribute__((noinline)) spin(const char *note, int depth)
{
    while (note[depth])
        turns++;
}

static void *work(void *argument)
{
    pthread_setname_np(pthread_self(), "busy (1)");
    spin("a note, (not) \"closed", 3);
    return argument;
}

static void *wait_here(void *argument)
{
    pause();
    return argument;
}

int main(void)
{
    void *(*starts[])(void *) = {work, wait_here};
    pthread_t thread;
    for (int i = 0; i < 2; i++)
        pthread_create(&thread, NULL, starts[i], NULL);
    sleep(60);
    return 0;
}
