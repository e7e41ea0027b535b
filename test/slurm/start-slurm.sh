#!/bin/bash
# Starts a Slurm of two virtual nodes on this machine, for test/slurm. Needs root and, on Debian or Ubuntu,
#   apt-get install -y slurm-wlm munge
# Usage: start-slurm.sh [start|stop] [nodes]
set -euo pipefail
action=${1:-start}
nodes=${2:-2}
home=/tmp/datamc-slurm
export SLURM_CONF=/etc/slurm/slurm.conf

stop_all() {
  for pidfile in "$home"/*.pid /run/munge/munged-datamc.pid; do
    [ -f "$pidfile" ] && kill "$(cat "$pidfile")" 2>/dev/null || true
  done
}

if [ "$action" = stop ]; then
  stop_all
  exit 0
fi
for program in sbatch slurmctld slurmd munged; do
  command -v "$program" >/dev/null || { echo "start-slurm: there is no $program (apt-get install -y slurm-wlm munge)"; exit 3; }
done

mkdir -p "$home/state" "$home/spool" /run/munge /etc/slurm
chown slurm: "$home" "$home/state"
chown munge: /run/munge
[ -f /etc/munge/munge.key ] || { head -c 1024 /dev/urandom >/etc/munge/munge.key; }
chown munge: /etc/munge/munge.key
chmod 400 /etc/munge/munge.key

host=$(hostname -s)
{
  cat <<CONF
ClusterName=datamc
SlurmctldHost=$host(127.0.0.1)
SlurmUser=slurm
AuthType=auth/munge
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
SlurmdParameters=config_overrides
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool/%n
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd-%n.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd-%n.log
MinJobAge=10
SchedulerParameters=sched_interval=1,batch_sched_delay=0
CONF
  names=""
  for i in $(seq 1 "$nodes"); do
    echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((17000 + i)) CPUs=2 State=UNKNOWN"
    names="$names${names:+,}n$i"
  done
  echo "PartitionName=test Nodes=$names Default=YES MaxTime=INFINITE State=UP"
} >/etc/slurm/slurm.conf

stop_all
sleep 1
runuser -u munge -- munged --force --pid-file=/run/munge/munged-datamc.pid
slurmctld -c
for i in $(seq 1 "$nodes"); do
  mkdir -p "$home/spool/n$i"
  slurmd -N "n$i"
done
for _ in $(seq 1 40); do
  [ "$(sinfo --noheader --Node --states=idle --format=%N 2>/dev/null | sort -u | wc -l)" = "$nodes" ] && { sinfo; exit 0; }
  sleep 0.5
done
echo "start-slurm: the nodes did not come up; logs in $home"
sinfo || true
exit 1
